-- A document in Pandoc's output format and, where the variable typst-file names a file, in Typst beside it: reading the
-- text is the longest part of a run, and one reading serves both.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local function room(name, ...) return assert(loadfile(pandoc.path.join { folder, name .. '.lua' }))(...) end
local function variable(name)
  local value = PANDOC_WRITER_OPTIONS.variables[name]
  return value and tostring(value)
end
local function meant(doc, metas, target) -- metadata differ by format: metas has one set for each
  local own = doc:clone()
  own.meta = metas[target]
  return room('meaning', target, room)(own)
end

local function write_typst(doc, file, template)
  local source = assert(io.open(template)):read 'a'
  local out = assert(io.open(file, 'w'))
  local toc = doc.meta.toc == true
  out:write(pandoc.write(doc, 'typst', pandoc.WriterOptions {
    template = pandoc.template.compile(source), variables = PANDOC_WRITER_OPTIONS.variables, wrap_text = 'none',
    table_of_contents = toc, toc_depth = toc and tonumber(pandoc.utils.stringify(doc.meta['toc-depth'] or '3')) or 3,
  }))
  out:close()
end

function Pandoc(doc)
  local metas, beside = doc.meta, variable 'typst-file'
  if beside then write_typst(meant(doc, metas, 'typst'), beside, variable 'typst-template') end
  return meant(doc, metas, FORMAT)
end
