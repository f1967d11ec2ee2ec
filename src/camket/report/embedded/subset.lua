-- What is outside the subset and can be told from one element.

local shared = ...
local note, problem, kind_of, set = shared.note, shared.problem, shared.kind_of, shared.set

local CALLOUTS = set 'callout-note callout-tip callout-warning callout-important callout-caution'
local FOREIGN = set [[aside column-body column-body-outset column-margin column-page column-page-inset column-screen
  column columns incremental landscape panel-center panel-fill panel-input panel-sidebar hidden fragment notes]]
local FOREIGN_IDS = set 'lst eq thm lem cor prp cnj def exm exr rem sol alg nte tip wrn imp cau'
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

return { elements = check, callouts = CALLOUTS, ids = ids }
