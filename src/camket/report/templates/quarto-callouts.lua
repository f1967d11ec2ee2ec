-- Genuine Quarto only, for its PDF. Its own callouts fetch a package of icons from the network, and a build must not
-- reach for it; so they become the box that the embedded renderer draws.
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

return {
  { Meta = function(meta) if pandoc.utils.type(meta.language) == 'table' then language = meta.language end end },
  { Callout = callout },
}
