-- Quarto's meaning for the declared subset, on plain Pandoc: conditional content, tabsets, callouts, numbered
-- figures, tables and sections, references. Writes HTML or Typst around Pandoc's own output.
-- Problems go to Pandoc's log as "camket:" + JSON; pages.py finds the source line by `needle`.

local html, typst = FORMAT:match 'html' ~= nil, FORMAT == 'typst'
local str = pandoc.utils.stringify
local meta, refs, count = {}, {}, {}

local function note(t) pandoc.log.warn('camket:' .. pandoc.json.encode(t)) end
-- `...` fills in the message.
local function problem(needle, message, ...) note { needle = needle, message = message:format(...) } end
local function raw(s) return pandoc.RawBlock(FORMAT, s) end
local function h(s) return (s:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;')) end
local function q(s) return '"' .. s:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('%s+', ' ') .. '"' end
local function typst_text(inlines)
  return (pandoc.write(pandoc.Pandoc { pandoc.Plain(inlines) }, 'typst', { wrap_text = 'none' }):gsub('%s+$', ''))
end
local function kind_of(id) return id:match '^(%a+)%-' end
local function set(s) local t = {}; for w in s:gmatch '%S+' do t[w] = true end; return t end

-- 0. words ------------------------------------------------------------------------------------------------------
-- Quarto's English terms. Another language must bring its own, or English would slip into the page.
local ENGLISH = {
  ['crossref-fig-title'] = 'Figure', ['crossref-tbl-title'] = 'Table', ['crossref-sec-prefix'] = 'Section',
  ['callout-note-title'] = 'Note', ['callout-tip-title'] = 'Tip', ['callout-warning-title'] = 'Warning',
  ['callout-important-title'] = 'Important', ['callout-caution-title'] = 'Caution',
  ['toc-title-document'] = 'Table of contents', ['section-title-footnotes'] = 'Footnotes',
}
local function path(keys)
  local v = meta
  for _, k in ipairs(keys) do if type(v) ~= 'table' then return nil end; v = v[k] end
  return v
end
local function written(...) local v = path { ... }; return v ~= nil and str(v) or nil end
local function term(key)
  local own = written('language', key)
  local short = key:match '^crossref%-(.*)'
  if short then own = written('crossref', short) or own end
  if not own and not (written 'lang' or 'en'):match '^en' then
    problem('lang:', 'no word for `%s` in this language: set it under `language:`', key)
  end
  return own or ENGLISH[key]
end
local function title_word(k) return term('crossref-' .. k .. '-title') end
local function prefix_word(k)
  if k == 'sec' then return term 'crossref-sec-prefix' end
  local key = k .. '-prefix'
  return written('crossref', key) or written('language', 'crossref-' .. key) or title_word(k)
end

-- 1. what is outside the subset ---------------------------------------------------------------------------------
local CALLOUTS = set 'callout-note callout-tip callout-warning callout-important callout-caution'
local FOREIGN = set [[aside column-body column-body-outset column-margin column-page column-page-inset column-screen
  column columns incremental landscape panel-center panel-fill panel-input panel-sidebar hidden fragment notes]]
local FOREIGN_IDS = set 'lst eq thm lem cor prp cnj def exm exr rem sol alg nte tip wrn imp cau'
local UNITS = { ['%'] = { 1, '%' }, cm = { 1, 'cm' }, mm = { 1, 'mm' }, ['in'] = { 1, 'in' }, pt = { 1, 'pt' },
  px = { 0.75, 'pt' }, [''] = { 0.75, 'pt' } }
local IMAGE_ATTRIBUTES = set 'fig-alt alt width height'
local SCHEMES = set 'http https mailto'
local function raw_typst(el)
  local package = el.format == 'typst' and el.text:match '@%w+/[%w-]+'
  if package then problem(package, 'Typst package %s would be fetched: write it out', package) end
end
local ids = {}
local function unique(el)
  local id = el.identifier
  if id == '' then return end
  ids[id] = (ids[id] or 0) + 1
  if ids[id] == 2 then
    note { needle = '#' .. id, nth = 2, message = ('label %s is used twice: labels must differ'):format(id) }
  end
  if FOREIGN_IDS[kind_of(id) or ''] then
    problem('#' .. id, 'label %s: only fig-, tbl- and sec- labels can be referred to', id)
  end
end
local check = {
  Header = unique, Span = unique, Table = unique, Figure = unique, Code = unique, CodeBlock = unique, Link = unique,
  RawBlock = raw_typst, RawInline = raw_typst,
  Image = function(el) unique(el); if kind_of(el.identifier) == 'fig' then
    problem('#' .. el.identifier,
      'figure %s has no caption or shares its paragraph: write ![caption](file){#…} alone', el.identifier)
  end end,
  Div = function(el)
    unique(el)
    for _, c in ipairs(el.classes) do
      if c:match '^callout%-' and not CALLOUTS[c] then
        problem('.' .. c, 'unknown callout %s: use note, tip, warning, important or caution', c)
      elseif FOREIGN[c] then problem(c, 'class %s needs Quarto: use a plain div', c) end
    end
  end,
}

-- 2. conditional content, tabsets -------------------------------------------------------------------------------
local KNOWN = set [[html html:js html5 typst latex docx pptx epub odt revealjs beamer markdown gfm asciidoc ipynb jats
  email dashboard]]
local HERE = html and set 'html html:js html5' or set 'typst'
local function format_is(name)
  if not KNOWN[name] then
    problem(name, 'format %s: write html or typst (in Quarto, pdf means LaTeX)', name)
  end
  return HERE[name] == true
end
local function meta_is(dotted)
  local keys = {}; for k in dotted:gmatch '[^.]+' do keys[#keys + 1] = k end
  local v = path(keys)
  return v ~= nil and v ~= false and str(v) ~= 'false' and str(v) ~= ''
end
local function profile_is(name)
  for _, p in ipairs(meta['quarto-profiles'] or {}) do if str(p) == name then return true end end
  return false
end
local CONDITION = { format = format_is, meta = meta_is, profile = profile_is }
local function conditional(el)
  local shown = el.classes:includes 'content-visible'
  if not shown and not el.classes:includes 'content-hidden' then return nil end
  local holds = true
  for k, v in pairs(el.attributes) do
    local sense, what = k:match '^(%a+)%-(%a+)$'
    local test = CONDITION[what or '']
    if not test or (sense ~= 'when' and sense ~= 'unless') then
      problem(k, 'unknown condition %s: use when-/unless- with format, meta or profile', k)
    elseif test(v) ~= (sense == 'when') then holds = false end
  end
  return holds == shown and el.content or {}
end

local tabsets = 0
local function tabset(el)
  if not el.classes:includes 'panel-tabset' then return nil end
  local tabs, level = {}, nil
  for _, b in ipairs(el.content) do
    if b.t == 'Header' and b.level == (level or b.level) then
      level = b.level; tabs[#tabs + 1] = { head = b, body = pandoc.Blocks {} }
    elseif #tabs > 0 then tabs[#tabs].body:insert(b)
    else problem('panel-tabset', 'a tabset begins with a heading: put one before the first tab') end
  end
  if #tabs == 0 then problem('panel-tabset', 'a tabset without headings has no tabs: add them') end
  local out = pandoc.Blocks {}
  if typst then -- headings, as in Quarto; outside contents and numbering, which HTML has no place for
    for _, t in ipairs(tabs) do
      t.head.classes = { 'unnumbered', 'unlisted' }; out:insert(t.head); out:extend(t.body)
    end
    return out
  end
  tabsets = tabsets + 1
  local id = function(what, i) return ('tabset-%d-%s-%d'):format(tabsets, what, i) end
  out:insert(raw '<div class="panel-tabset"><div role="tablist">')
  for i, t in ipairs(tabs) do
    out:insert(raw(('<button role="tab" type="button" id="%s" aria-controls="%s" aria-selected="%s"%s>'):format(
      id('tab', i), id('panel', i), i == 1 and 'true' or 'false', i == 1 and '' or ' tabindex="-1"')))
    out:insert(pandoc.Plain(t.head.content)); out:insert(raw '</button>')
  end
  out:insert(raw '</div>')
  for i, t in ipairs(tabs) do
    out:insert(raw(('<div role="tabpanel" tabindex="0" id="%s" aria-labelledby="%s">'):format(
      id('panel', i), id('tab', i))))
    out:insert(raw '<div class="tab-name">'); out:insert(pandoc.Plain(t.head.content)); out:insert(raw '</div>')
    out:extend(t.body); out:insert(raw '</div>')
  end
  out:insert(raw '</div>')
  return out
end
-- A callout's title becomes its first child, so that later passes see it as text.
local function callout_title(el)
  local k = el.classes:find_if(function(c) return CALLOUTS[c] end)
  if not k then return nil end
  local title, first = el.attributes.title, el.content[1]
  if title then title = pandoc.utils.blocks_to_inlines(pandoc.read(title, 'markdown-raw_html-raw_tex').blocks)
  elseif first and first.t == 'Header' then title = first.content; el.content:remove(1)
  end
  el.attributes.named = title and 'true' or nil
  el.content:insert(1, pandoc.Plain(title or { pandoc.Str(term(k .. '-title')) }))
  return el
end

-- `::: {#fig-x}` and `::: {#tbl-x}`: Quarto's div form, whose last paragraph is the caption, becomes the element form.
local function labelled_div(el)
  if el.attributes['layout-ncol'] then -- each child is a cell, whatever it turns into
    el.content = el.content:map(function(b) return pandoc.Div { b } end)
    return el
  end
  local id = el.identifier
  local k = kind_of(id)
  if k ~= 'fig' and k ~= 'tbl' then return nil end
  local body, cap = el.content:clone(), pandoc.Blocks {}
  if #body > 1 and body[#body].t == 'Para' then cap:insert(pandoc.Plain(body[#body].content)); body:remove(#body) end
  el.content:walk { Figure = function(f) if kind_of(f.identifier) == 'fig' then
    problem('#' .. f.identifier, '%s is a sub-figure of %s: label one of them only', f.identifier, id)
  end end }
  if k == 'fig' then return pandoc.Figure(body, { long = cap }, pandoc.Attr(id)) end
  if #body ~= 1 or body[1].t ~= 'Table' then
    problem('#' .. id, '%s must hold one table and a caption below it', id); return nil
  end
  body[1].identifier = id
  if #cap > 0 then body[1].caption = { long = cap } end
  return body[1]
end

local shapes = {}
for k, v in pairs(check) do shapes[k] = v end
shapes.Div = function(el)
  check.Div(el)
  local shaped = labelled_div(el)
  if shaped and shaped.t ~= 'Div' then return shaped end
  return callout_title(el) or tabset(el) or shaped
end

-- 3. heading levels and numbers, in document order ----------------------------------------------------------------
local function top_level(blocks)
  local top = 9
  local function look(list)
    for _, b in ipairs(list) do
      if b.t == 'Header' and not b.classes:includes 'unlisted' then top = math.min(top, b.level)
      elseif b.t == 'Div' then look(b.content) end
    end
  end
  look(blocks)
  return top == 9 and 1 or top
end
local function bump(k) count[k] = (count[k] or 0) + 1; return tostring(count[k]) end
local function register(id, number, title) refs[id] = refs[id] or { number = number, title = title } end
local sections, last_level = {}, nil
local function number_header(el, top)
  local level = math.max(1, el.level - top + 1)
  if last_level and level > last_level + 1 then
    problem(str(el.content), 'heading “%s” skips a level: use %s', str(el.content), ('#'):rep(last_level + top))
  end
  last_level = level
  local number
  if meta['number-sections'] == true and not el.classes:includes 'unnumbered'
    and level <= tonumber(written 'number-depth' or '6') then
    sections[level] = (sections[level] or 0) + 1
    for k = level + 1, 9 do sections[k] = 0 end
    local parts = {}; for k = 1, level do parts[k] = sections[k] or 0 end
    number = table.concat(parts, '.')
    if html then
      el.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = 'header-section-number' }))
      el.content:insert(2, pandoc.Space())
    end
  end
  if el.identifier:match '^sec%-' then register(el.identifier, number, el.content) end
  el.level = html and level + 1 or level -- the title is the page's only h1
  return el
end
local function numbering(top)
  return {
    traverse = 'topdown',
    Header = function(el) return number_header(el, top) end,
    Figure = function(el)
      if kind_of(el.identifier) == 'fig' then register(el.identifier, bump 'fig') end
      el.content = el.content:walk { Image = function(i) i.classes:insert 'in-figure'; return i end }
      return el
    end,
    Table = function(el) if kind_of(el.identifier) == 'tbl' then register(el.identifier, bump 'tbl') end end,
  }
end

-- 4. references ---------------------------------------------------------------------------------------------------
local function reference(el)
  local out = pandoc.Inlines {}
  for i, c in ipairs(el.citations) do
    local k, r = kind_of(c.id), refs[c.id]
    if k ~= 'fig' and k ~= 'tbl' and k ~= 'sec' then
      problem('@' .. c.id, '@%s is not a reference to a figure, table or section: write \\@ for a plain @', c.id)
    elseif not r then
      problem('@' .. c.id, 'unresolved reference @%s: no such label in the document', c.id)
    elseif not r.number then
      problem('@' .. c.id, '@%s refers to a section without a number: set number-sections: true', c.id)
    else
      if i > 1 then out:insert(pandoc.Str ','); out:insert(pandoc.Space()) end
      local text = pandoc.Inlines {}
      if c.mode ~= 'SuppressAuthor' then
        text:extend(#c.prefix > 0 and c.prefix or { pandoc.Str(prefix_word(k)) }); text:insert(pandoc.Str '\u{a0}')
      end
      text:insert(pandoc.Str(r.number))
      out:insert(pandoc.Link(text, '#' .. c.id, '', { class = 'xref' })); out:extend(c.suffix)
    end
  end
  return out
end
local function anchor(el)
  local id = el.target:match '^#(.+)'
  if id and not ids[id] then problem('(#' .. id, 'link to #%s: no such label in the document', id) end
  local scheme = el.target:match '^(%a[%w+.-]*):'
  if scheme and not SCHEMES[scheme:lower()] then
    problem(el.target, 'link to %s: use http, https or mailto', el.target)
  end
end

-- 5. output -------------------------------------------------------------------------------------------------------
local times = {} -- how often each image file has been met, to find the line of the one that is wrong
local function image(el)
  times[el.src] = (times[el.src] or 0) + 1
  local alt = el.attributes['fig-alt'] or el.attributes.alt or ''
  if el.classes:includes 'in-figure' then el.classes = el.classes:filter(function(c) return c ~= 'in-figure' end)
  elseif alt == '' then alt = str(el.caption) end
  if not alt:match '%S' then
    note { needle = el.src, nth = times[el.src],
      message = ('image %s has no alt text: add fig-alt="what the image shows"'):format(el.src) }
  end
  note { image = el.src }
  local size, typst_size = {}, ''
  for k, v in pairs(el.attributes) do
    local n, unit = v:match '^([%d.]+)(%a*%%?)$'
    if not IMAGE_ATTRIBUTES[k] then problem(k, 'image attribute %s is not supported: use fig-alt, width, height', k)
    elseif (k == 'width' or k == 'height') and UNITS[unit or 'none'] then
      size[k], typst_size = v, typst_size .. (', %s: %s'):format(k, tonumber(n) * UNITS[unit][1] .. UNITS[unit][2])
    elseif k == 'width' or k == 'height' then
      problem(k .. '=', 'image %s %s: write a number with %%, cm, mm, in, pt or px', k, v)
    end
  end
  if html then -- Pandoc writes src before alt: pages.py relies on it
    el.caption, el.attributes = pandoc.Inlines(alt), size
    return el
  end
  -- Pandoc's Typst writer leaves the alt text out.
  local base = PANDOC_WRITER_OPTIONS.variables['image-base']
  local src = el.src:sub(1, 1) == '/' and el.src or '/' .. (base and tostring(base) or '') .. el.src
  return pandoc.RawInline('typst', ('#box(image(%s, alt: %s%s))'):format(q(src), q(alt), typst_size))
end
local function caption_start(k, id)
  if not refs[id] then return '' end
  return title_word(k) .. '\u{a0}' .. refs[id].number .. (written('crossref', 'title-delim') or ':') .. ' '
end
-- A figure or table with its caption; numbered if it is labelled.
local function float(k, id, cap, content)
  if kind_of(id) == k and #cap == 0 then problem('#' .. id, '%s has no caption: add one', id) end
  local out = pandoc.Blocks {}
  if typst then
    local label = 'numbering: none, supplement: none'
    if refs[id] then label = ('supplement: [%s]'):format(typst_text { pandoc.Str(title_word(k)) }) end
    local kind = k == 'tbl' and 'table' or 'image'
    out:insert(raw(('#figure(kind: %s, %s, caption: [%s])['):format(kind, label, typst_text(cap))))
    out:extend(content); out:insert(raw(']' .. (id ~= '' and (' <' .. id .. '>') or '')))
    return out
  end
  cap = pandoc.Inlines(cap)
  if refs[id] then
    local label = caption_start(k, id):gsub(' $', '')
    cap:insert(1, pandoc.Span({ pandoc.Str(label) }, { class = 'label' })); cap:insert(2, pandoc.Space())
  end
  local caption = pandoc.Blocks { raw '<figcaption>', pandoc.Plain(cap), raw '</figcaption>' }
  out:insert(raw(('<figure class="float %s"%s>'):format(k, id ~= '' and (' id="' .. h(id) .. '"') or '')))
  if k == 'tbl' then out:extend(caption); out:extend(content) else
    out:insert(raw '<div class="plate">'); out:extend(content); out:insert(raw '</div>'); out:extend(caption)
  end
  out:insert(raw '</figure>')
  return out
end
local function bare_table(el, name)
  local widths = el.attributes['tbl-colwidths']
  for k in pairs(el.attributes) do
    if k ~= 'tbl-colwidths' then problem(k, 'table attribute %s is not supported: use tbl-colwidths', k) end
  end
  if widths then
    local i, specs = 0, el.colspecs
    for w in widths:gmatch '[%d.]+' do i = i + 1; if specs[i] then specs[i] = { specs[i][1], tonumber(w) / 100 } end end
    el.colspecs = specs
  end
  el.attributes, el.identifier, el.caption = {}, '', { long = pandoc.Blocks {} }
  if typst then el.classes:insert 'typst:no-figure'; return pandoc.Blocks { el } end
  for _, row in ipairs(el.head.rows) do for _, c in ipairs(row.cells) do c.attributes.scope = 'col' end end
  if #el.colspecs > 1 and el.colspecs[1][1] ~= 'AlignRight' then -- the first column names its row
    for _, body in ipairs(el.bodies) do body.row_head_columns = 1 end
  end
  return pandoc.Blocks {
    raw(('<div class="table-scroll" role="region" tabindex="0" aria-label="%s" style="--columns:%d">'):format(
      h(name), #el.colspecs)),
    el, raw '</div>',
  }
end
local function caption_of(el) return pandoc.utils.blocks_to_inlines(el.caption.long) end
local unlabelled = 0
local function emit_table(el)
  local id, cap = el.identifier, caption_of(el)
  local name = html and (caption_start('tbl', id) .. str(cap)) or ''
  if html and name == '' then unlabelled = unlabelled + 1; name = ('%s (%d)'):format(title_word 'tbl', unlabelled) end
  local content = bare_table(el, name)
  return (#cap > 0 or id ~= '') and float('tbl', id, cap, content) or content
end
local function emit_figure(el)
  return float('fig', el.identifier, caption_of(el), el.content)
end
local function emit_callout(el, k)
  local a, title, kind = el.attributes, el.content[1], k:match '%-(%a+)'
  el.content:remove(1)
  local out = pandoc.Blocks {}
  if typst then
    out:insert(raw(('#callout("%s", [%s])['):format(kind, typst_text(title.content))))
    out:extend(el.content); out:insert(raw ']')
    return out
  end
  local box, head = 'div', 'div'
  if a.collapse == 'true' or a.collapse == 'false' then box, head = 'details', 'summary' end
  out:insert(raw(('<%s class="callout %s"%s><%s class="callout-title">'):format(box, k,
    box == 'div' and ' role="note"' or a.collapse == 'false' and ' open' or '', head)))
  -- Colour alone must not say which kind of callout it is.
  if a.named then title.content:insert(1, pandoc.Span(term(k .. '-title') .. ': ', { class = 'sr-only' })) end
  out:insert(title); out:insert(raw(('</%s><div class="callout-body">'):format(head)))
  out:extend(el.content); out:insert(raw(('</div></%s>'):format(box)))
  return out
end
local function emit_div(el)
  local _, at = el.classes:find_if(function(c) return CALLOUTS[c] end)
  if at then return emit_callout(el, el.classes[at]) end
  local columns = tonumber(el.attributes['layout-ncol'])
  if columns then
    local open = html and '<div class="grid" style="--n:%d">' or '#columns-grid(%d,'
    local out = pandoc.Blocks { raw(open:format(columns)) }
    for _, b in ipairs(el.content) do
      out:extend { raw(html and '<div>' or '['), b, raw(html and '</div>' or '],') }
    end
    out:insert(raw(html and '</div>' or ')'))
    return out
  end
  if typst and el.classes:includes 'key-figure' then
    el.content:insert(1, raw '#key-figure['); el.content:insert(raw ']')
    return el.content
  end
end
local output = {
  Table = emit_table, Figure = emit_figure, Div = emit_div,
  Para = function(el)
    if #el.content == 1 and el.content[1].t == 'Span' and el.content[1].classes:includes 'pagebreak' then
      return raw(html and '<div class="pagebreak"></div>' or '#pagebreak(weak: true)')
    end
  end,
}
local function math(el) -- PDF/UA asks for an alternative text
  local body = typst_text { el }:gsub('^%s*%$%s*', ''):gsub('%s*%$%s*$', '')
  return pandoc.RawInline('typst', ('#math.equation(block: %s, alt: %s, $%s$.body)'):format(
    tostring(el.mathtype == 'DisplayMath'), q(el.text), body))
end

-- Each walk costs about a tenth of the whole in a long document, so there are five: what is shown, what it means, numbers in
-- document order, inlines (which print the numbers), blocks.
function Pandoc(doc)
  meta = doc.meta
  local function attached(el) if el.identifier ~= '' then note { label = el.identifier } end end
  local function shown(el) attached(el); return conditional(el) end
  doc = doc:walk { Header = attached, Table = attached, Figure = attached, Image = attached, Div = shown, Span = shown }
  doc = doc:walk(shapes)
  doc = doc:walk(numbering(top_level(doc.blocks)))
  local notes = false
  doc = doc:walk {
    Cite = reference, Link = anchor, Image = image, Math = typst and math or nil, Note = function() notes = true end,
  }
  doc = doc:walk(output)
  if html and notes then term 'section-title-footnotes' end -- pages.py names the section
  if meta.toc == true then doc.meta['toc-title'] = written 'toc-title' or term 'toc-title-document' end
  if typst then -- plain strings where Typst wants strings
    local authors = {}
    for i, a in ipairs(meta.author or {}) do authors[i] = pandoc.Inlines { pandoc.RawInline('typst', q(str(a))) } end
    doc.meta['author-strings'] = pandoc.MetaList(authors)
    local lang, region = (written 'lang' or 'en'):match '^(%a+)%-?(%a*)'
    doc.meta['lang-code'], doc.meta['region-code'] = lang, region ~= '' and region or nil
  end
  return doc
end
