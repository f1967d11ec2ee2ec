-- Figures, tables, callouts, grids, images and formulas as HTML or Typst.

local shared, subset = ...
local html, typst, str, set, kind_of = shared.html, shared.typst, shared.str, shared.set, shared.kind_of
local note, problem, raw, h, q = shared.note, shared.problem, shared.raw, shared.h, shared.q
local typst_text = shared.typst_text
local written, term, title_word = shared.written, shared.term, shared.title_word
local CALLOUTS, refs = subset.callouts, shared.refs

local UNITS = { ['%'] = { 1, '%' }, cm = { 1, 'cm' }, mm = { 1, 'mm' }, ['in'] = { 1, 'in' }, pt = { 1, 'pt' },
  px = { 0.75, 'pt' }, [''] = { 0.75, 'pt' } }
local IMAGE_ATTRIBUTES = set 'fig-alt alt width height'
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
    out:insert(raw(('#figure(kind: %s, %s, caption: ['):format(kind, label)))
    out:extend(cap) -- written with all the rest: a writer of its own for each caption takes long
    out:insert(raw '])[')
    out:extend(content); out:insert(raw(']' .. (id ~= '' and (' <' .. id .. '>') or '')))
    return out
  end
  if refs[id] and #cap > 0 then
    local label, words = caption_start(k, id):gsub(' $', ''), cap[1].content
    words:insert(1, pandoc.Span({ pandoc.Str(label) }, { class = 'label' })); words:insert(2, pandoc.Space())
    cap[1].content = words
  end
  local caption = pandoc.Blocks { raw '<figcaption>' }
  caption:extend(cap); caption:insert(raw '</figcaption>')
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
  if typst then
    el.classes:insert 'typst:no-figure'
    return pandoc.Blocks { raw '#data-table[', el, raw ']' }
  end
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
-- The caption as one block, if there is any. Its words stay inside: taking them out of each caption takes long.
local function caption_of(el)
  local long = el.caption.long
  if #long == 0 or #long == 1 and long[1].t == 'Plain' then return long end
  return pandoc.Blocks { pandoc.Plain(pandoc.utils.blocks_to_inlines(long)) }
end
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
local KEY_FIGURE = '#key-figure['
local function emit_div(el)
  local _, at = el.classes:find_if(function(c) return CALLOUTS[c] end)
  if at then return emit_callout(el, el.classes[at]) end
  local columns = tonumber(el.attributes['layout-ncol'])
  if columns then
    local open = html and '<div class="grid" style="--n:%d">' or '#columns-grid(%d,'
    local out = pandoc.Blocks { raw(open:format(columns)) }
    for _, b in ipairs(el.content) do
      local first = b.content and b.content[1]
      if first and first.t == 'RawBlock' and first.text == KEY_FIGURE then -- written already, as a block by itself
        out:insert(raw 'key-figure-cell['); out:extend { table.unpack(b.content, 2) }; out:insert(raw ',')
      else
        out:extend { raw(html and '<div>' or '['), b, raw(html and '</div>' or '],') }
      end
    end
    out:insert(raw(html and '</div>' or ')'))
    return out
  end
  if typst and el.attributes.figures then return el.content end -- which figures a table prints: for the page's script
  if typst and el.classes:includes 'in-every-file' then
    el.content:insert(1, raw '// every file begins'); el.content:insert(raw '// every file ends')
    return el.content
  end
  if typst and el.classes:includes 'key-figure' then
    el.content:insert(1, raw(KEY_FIGURE)); el.content:insert(raw ']')
    return el.content
  end
end
-- A heading with `file=` begins a part of the document that is a PDF of its own too: pages.py finds it by this comment.
local function emit_header(el)
  local file, number = el.attributes.file, el.attributes['camket-number']
  el.attributes.file, el.attributes['camket-number'] = nil, nil
  if html then
    el.level = el.level + 1
    if number then
      el.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = 'header-section-number' }))
      el.content:insert(2, pandoc.Space())
    end
  end
  if not file then return el end
  if not file:match '^[%w][%w/_-]*$' then problem('file=', 'file %s: write letters, digits, - _ and / only', file) end
  if html then
    local link = pandoc.Link(term 'section-file', file .. '.pdf')
    return { el, pandoc.Para { link } }
  end
  return { raw('// file: ' .. file), el }
end
local output = {
  Header = emit_header,
  Table = emit_table, Figure = emit_figure, Div = emit_div,
  Para = function(el)
    if #el.content == 1 and el.content[1].t == 'Span' and el.content[1].classes:includes 'pagebreak' then
      return raw(html and '<div class="pagebreak"></div>' or '#pagebreak(weak: true)')
    end
  end,
}
-- A few words between a heading and what they introduce go to the next page with it, as the heading does. Before a chart
-- that is so where charts keep their order; elsewhere text flows on past one that does not fit, and so do these words.
local FEW = 240 -- characters: about three lines
local is_shown
function is_shown(el) -- a table, a chart in its place, also one in a div that names its figures
  return el and (el.t == 'Table' or el.t == 'Figure' and shared.meta.compact == true
    or el.t == 'Div' and (el.attributes.figures or is_shown(el.content[1])))
end
local function keep(blocks)
  local out, before = pandoc.Blocks {}, nil
  for i, el in ipairs(blocks) do
    local few = el.t == 'Para' and utf8.len(pandoc.utils.stringify(el)) <= FEW
    if few and before and before.t == 'Header' and is_shown(blocks[i + 1]) then
      out:extend { raw '#keep[', el, raw ']' }
    else
      out:insert(el)
    end
    before = el
  end
  return out
end
local function math(el) -- PDF/UA asks for an alternative text
  local body = typst_text { el }:gsub('^%s*%$%s*', ''):gsub('%s*%$%s*$', '')
  return pandoc.RawInline('typst', ('#math.equation(block: %s, alt: %s, $%s$.body)'):format(
    tostring(el.mathtype == 'DisplayMath'), q(el.text), body))
end

return { blocks = output, image = image, math = math, keep = keep }
