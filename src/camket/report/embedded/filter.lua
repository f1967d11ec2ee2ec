-- A document in Pandoc's output format and, where the variable typst-file names a file, in Typst beside it: reading the
-- text is the longest part of a run, and one reading serves both.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local function room(name, ...) return assert(loadfile(pandoc.path.join { folder, name .. '.lua' }))(...) end
local function variable(name)
  local value = PANDOC_WRITER_OPTIONS.variables[name]
  return value and tostring(value)
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

-- Metadata differ by format: the document comes with one set for each.
function Pandoc(doc)
  local metas, beside = {}, variable 'typst-file'
  for target, meta in pairs(doc.meta) do metas[target] = meta end
  local own = room('meaning', FORMAT, room, metas)
  local read, serves_both = own.read(doc)
  if beside then
    local typst = room('meaning', 'typst', room, metas)
    if serves_both then typst.adopt(own) end
    write_typst(typst.write(serves_both and read or typst.read(doc)), beside, variable 'typst-template')
  end
  return own.write(read)
end
