-- Genuine Quarto only, for its PDF: two things that its Typst output of version 1.6 does not do for us.
-- Its callouts fetch a package of icons from the network, which a build must not reach for; they become a plain box.
local colours = { note = '$info', tip = '$success', warning = '$warning', important = '$danger', caution = '$warning' }
local language = {}

local function callout(el)
  if not quarto.doc.is_format 'typst' then return nil end
  local title = quarto.utils.as_inlines(el.title or {})
  if #title == 0 then
    local own = language['callout-' .. el.type .. '-title']
    title = pandoc.Inlines { pandoc.Str(own and pandoc.utils.stringify(own) or el.type) }
  end
  local blocks = pandoc.Blocks {
    pandoc.RawBlock('typst', ('#block(width: 100%%, inset: 9pt, stroke: (left: 3pt + rgb("%s"), rest: 0.5pt + luma(82%%)))[')
      :format(colours[el.type] or '$info')),
    pandoc.Para { pandoc.Strong(title) },
  }
  blocks:extend(quarto.utils.as_blocks(el.content))
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end

-- It drops the caption of a table without label; that becomes a line above the table.
local function unlabelled(el)
  if not quarto.doc.is_format 'typst' or el.identifier ~= '' or #el.caption.long == 0 then return nil end
  local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
  el.caption = { long = pandoc.Blocks {} }
  return pandoc.Blocks {
    pandoc.RawBlock('typst', '#block(above: 1.6em, below: 0.7em, width: 100%)[#align(center)['),
    pandoc.Plain(caption), pandoc.RawBlock('typst', ']]'), el,
  }
end

return {
  { Meta = function(meta) if pandoc.utils.type(meta.language) == 'table' then language = meta.language end end },
  { Callout = callout, Table = unlabelled },
}
