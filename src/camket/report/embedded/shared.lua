-- What the rooms of the filter share: the format, how to report a problem, how to write text, and words.
-- Problems go to Pandoc's log as "camket:" + JSON; pages.py finds the source line by `needle`.

local target, meta = ... -- html or typst, and the document's metadata for it
local html, typst = target == 'html', target == 'typst'
local str = pandoc.utils.stringify
local shared = { meta = meta, refs = {} } -- refs: what can be referred to, number and title by label

local function note(t) pandoc.log.warn('camket:' .. pandoc.json.encode(t)) end
-- `...` fills in the message.
local function problem(needle, message, ...) note { needle = needle, message = message:format(...) } end
local function raw(s) return pandoc.RawBlock(target, s) end
local function h(s) return (s:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;')) end
local function q(s) return '"' .. s:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('%s+', ' ') .. '"' end
local function typst_text(inlines)
  return (pandoc.write(pandoc.Pandoc { pandoc.Plain(inlines) }, 'typst', { wrap_text = 'none' }):gsub('%s+$', ''))
end
local function kind_of(id) return id:match '^(%a+)%-' end
local function set(s) local t = {}; for w in s:gmatch '%S+' do t[w] = true end; return t end

-- Quarto's English terms. Another language must bring its own, or English would slip into the page.
local ENGLISH = {
  ['crossref-fig-title'] = 'Figure', ['crossref-tbl-title'] = 'Table', ['crossref-sec-prefix'] = 'Section',
  ['callout-note-title'] = 'Note', ['callout-tip-title'] = 'Tip', ['callout-warning-title'] = 'Warning',
  ['callout-important-title'] = 'Important', ['callout-caution-title'] = 'Caution',
  ['toc-title-document'] = 'Table of contents', ['section-title-footnotes'] = 'Footnotes',
  ['section-file'] = 'As a PDF of its own',
}
local function path(keys, meta)
  local v = meta or shared.meta
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

shared.html, shared.typst, shared.str = html, typst, str
shared.note, shared.problem, shared.raw, shared.h, shared.q = note, problem, raw, h, q
shared.typst_text, shared.kind_of, shared.set, shared.path, shared.written = typst_text, kind_of, set, path, written
shared.term, shared.title_word, shared.prefix_word = term, title_word, prefix_word
return shared
