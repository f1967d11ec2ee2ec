-- Quarto's meaning for the declared subset, on plain Pandoc: conditional content, tabsets, callouts, numbered
-- figures, tables and sections, references. Writes HTML or Typst, its argument says which, around Pandoc's own output.

local target, room, metas = ...
local shared = room('shared', target, metas[target])
local subset = room('subset', shared)
local output = room('output', shared, subset)
local html, typst, str, set, kind_of = shared.html, shared.typst, shared.str, shared.set, shared.kind_of
local note, problem, raw, q, path = shared.note, shared.problem, shared.raw, shared.q, shared.path
local written, term, prefix_word = shared.written, shared.term, shared.prefix_word
local CALLOUTS, ids, refs, count = subset.callouts, subset.ids, shared.refs, {}

-- conditional content, tabsets
local KNOWN = set [[html html:js html5 typst latex docx pptx epub odt revealjs beamer markdown gfm asciidoc ipynb jats
  email dashboard]]
local HERE = html and set 'html html:js html5' or set 'typst'
local depends = false -- whether what was read is for this format only
local function format_is(name)
  if not KNOWN[name] then
    problem(name, 'format %s: write html or typst (in Quarto, pdf means LaTeX)', name)
  end
  depends = true
  return HERE[name] == true
end
local function meta_is(dotted)
  local keys = {}; for k in dotted:gmatch '[^.]+' do keys[#keys + 1] = k end
  local function holds(meta)
    local v = path(keys, meta)
    return v ~= nil and v ~= false and str(v) ~= 'false' and str(v) ~= ''
  end
  for _, meta in pairs(metas) do depends = depends or holds(meta) ~= holds(shared.meta) end
  return holds(shared.meta)
end
local function profile_is(name)
  for _, p in ipairs(shared.meta['quarto-profiles'] or {}) do if str(p) == name then return true end end
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
  depends = true
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
for k, v in pairs(subset.elements) do shapes[k] = v end
shapes.Div = function(el)
  subset.elements.Div(el)
  local shaped = labelled_div(el)
  if shaped and shaped.t ~= 'Div' then return shaped end
  return callout_title(el) or tabset(el) or shaped
end

-- headings and numbers, in document order
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
  if shared.meta['number-sections'] == true and not el.classes:includes 'unnumbered'
    and level <= tonumber(written 'number-depth' or '6') then
    sections[level] = (sections[level] or 0) + 1
    for k = level + 1, 9 do sections[k] = 0 end
    local parts = {}; for k = 1, level do parts[k] = sections[k] or 0 end
    number = table.concat(parts, '.')
    el.attributes['camket-number'] = number
  end
  if el.identifier:match '^sec%-' then register(el.identifier, number, el.content) end
  el.level = level -- output.lua adds one in HTML, where the title is the page's only h1, and writes the number there
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

-- references
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
local SCHEMES = set 'http https mailto'
local function anchor(el)
  local id = el.target:match '^#(.+)'
  if id and not ids[id] then problem('(#' .. id, 'link to #%s: no such label in the document', id) end
  local scheme = el.target:match '^(%a[%w+.-]*):'
  if scheme and not SCHEMES[scheme:lower()] then
    problem(el.target, 'link to %s: use http, https or mailto', el.target)
  end
  if typst and el.target:match '#ev%-' then -- it leads to the basis of a figure
    el.content:insert(1, pandoc.RawInline('typst', '#basis['))
    el.content:insert(pandoc.RawInline('typst', ']'))
    return el
  end
end

-- Whether two pieces of metadata say the same; pandoc.utils.equals calls any two maps different.
local function same(a, b) return pandoc.Pandoc({}, { of = a }) == pandoc.Pandoc({}, { of = b }) end

-- Each walk costs about a tenth of the whole in a long document, so there are five: what is shown, what it means,
-- numbers in document order, inlines (which print the numbers), blocks. The first three serve both formats.
local function read(doc)
  local function attached(el) if el.identifier ~= '' then note { label = el.identifier } end end
  local function shown(el) attached(el); return conditional(el) end
  doc = doc:walk { Header = attached, Table = attached, Figure = attached, Image = attached, Div = shown, Span = shown }
  doc = doc:walk(shapes)
  doc = doc:walk(numbering(top_level(doc.blocks)))
  for _, key in ipairs { 'number-sections', 'number-depth', 'crossref', 'language', 'lang' } do
    for _, meta in pairs(metas) do
      if not same(meta[key], shared.meta[key]) then depends = true end
    end
  end
  return doc, not depends
end
-- What another format has read, where it does not depend on the format.
local function adopt(known)
  for id, what in pairs(known.refs) do refs[id] = what end
  for id, times in pairs(known.ids) do ids[id] = times end
end

-- Whether the contents are more than a few lines, and so have a page of their own.
local function has_many_chapters(blocks)
  local count = 0
  local function look(found)
    for _, el in ipairs(found) do
      if el.t == 'Header' and el.level == 1 and not el.classes:includes 'unlisted' then count = count + 1 end
      if el.t == 'Div' then look(el.content) end
    end
  end
  look(blocks)
  return count > 6
end

local function write(doc)
  doc.meta = metas[target]
  local notes, code = false, false
  doc = doc:walk {
    Cite = reference, Link = anchor, Image = output.image, Math = typst and output.math or nil,
    Note = function() notes = true end, Code = function() code = true end,
  }
  if typst then
    doc.meta['has-code'] = code
    doc.meta['contents-apart'] = has_many_chapters(doc.blocks)
    doc.blocks = output.keep(doc.blocks)
  end
  doc = doc:walk(output.blocks)
  if html and notes then term 'section-title-footnotes' end -- pages.py names the section
  if doc.meta.toc == true then doc.meta['toc-title'] = written 'toc-title' or term 'toc-title-document' end
  if typst then -- plain strings where Typst wants strings
    local authors = {}
    for i, a in ipairs(doc.meta.author or {}) do authors[i] = pandoc.Inlines { pandoc.RawInline('typst', q(str(a))) } end
    doc.meta['author-strings'] = pandoc.MetaList(authors)
    local lang, region = (written 'lang' or 'en'):match '^(%a+)%-?(%a*)'
    doc.meta['lang-code'], doc.meta['region-code'] = lang, region ~= '' and region or nil
  end
  return doc
end

return { read = read, adopt = adopt, write = write, refs = refs, ids = ids }
