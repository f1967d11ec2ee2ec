// Tabs: without script every panel shows, under its name.
for (const set of document.querySelectorAll('.panel-tabset')) {
  const tabs = [...set.querySelectorAll(':scope > [role=tablist] > [role=tab]')];
  const pick = (chosen) => tabs.forEach((tab) => {
    const on = tab === chosen;
    tab.setAttribute('aria-selected', on);
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = !on;
  });
  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => pick(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (step === undefined) return;
      const next = tabs[(step + tabs.length) % tabs.length];
      event.preventDefault();
      pick(next);
      next.focus();
    });
  });
  set.classList.add('ready');
  pick(tabs[0]);
}

// A link to something inside a closed callout or a hidden tab opens it.
const reveal = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let box = target; box; box = box.parentElement) {
    if (box.tagName === 'DETAILS') box.open = true;
    if (box.hidden && box.getAttribute('role') === 'tabpanel') {
      document.getElementById(box.getAttribute('aria-labelledby')).click();
    }
  }
  target.scrollIntoView();
};
addEventListener('hashchange', reveal);
reveal();

// The contents: closed to begin with on a narrow screen; the section in view is marked on a wide one.
const contents = document.querySelector('#toc details');
if (contents) {
  const wide = matchMedia('(min-width: 1000px)');
  const fit = () => { contents.open = wide.matches; };
  wide.addEventListener('change', fit);
  fit();
  const links = new Map([...contents.querySelectorAll('a')].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  const heads = [...document.querySelectorAll('main :is(h2, h3, h4)[id]')].filter((head) => links.has(head.id));
  const box = contents.parentElement;
  let marked = null;
  const mark = () => {
    const current = heads.filter((head) => head.getBoundingClientRect().top < 120).pop() || heads[0];
    if (!current || current === marked) return;
    marked = current;
    links.forEach((a, id) => {
      if (id === current.id) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
    });
    if (!wide.matches) return; // long contents scroll on their own: the entry that is marked stays in view
    const place = links.get(current.id).getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (place.top < frame.top + 24 || place.bottom > frame.bottom - 24) {
      box.scrollTop += place.top - frame.top - frame.height / 3;
    }
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
}

// The document in hand, in the line of all documents.
const page = decodeURIComponent(location.pathname.split('/').pop()).replace(/-[a-z]{2}\.html?$/, '');
for (const link of document.querySelectorAll('.site a[data-page]')) {
  if (link.dataset.page === page) link.setAttribute('aria-current', 'page');
}

// Paper has no closed boxes.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((box) => { box.open = true; }));

// ---------------------------------------------------------------------------------------------------------- tools
// What follows adds to a page that is complete without it. Its words come from the document (`page-words:`); a
// document that brings none gets no tools. Text of the report is only ever set as text, never as markup.
const words = {};
for (const item of document.querySelector('#page-words')?.content.children || []) {
  words[item.dataset.key] = item.textContent;
}
const say = (key, ...values) => values.reduce((text, value) => text.replace('{}', () => value), words[key] || key);
const lang = document.documentElement.lang;
const count = new Intl.NumberFormat(lang);
const collator = new Intl.Collator(lang, { numeric: true });
const main = document.querySelector('main');

// An element with properties, attributes (names with a hyphen, or `role`) and children; strings become text.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') element.setAttribute(name, value); else element[name] = value;
  }
  element.append(...children);
  return element;
};
const textOf = (element) => element.textContent.replace(/\s+/g, ' ').trim();
const exact = (text) => text.normalize('NFC').toLowerCase();
// "duong" finds "đường": đ has no decomposition and needs its own rule.
const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd');

// Numbers as the report prints them: 1.234,5 in Vietnamese, 1,234.5 in English.
const [group, decimal] = lang.startsWith('vi') ? ['\\.', ','] : [',', '\\.'];
const NUMBER = `[-−+]?(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)(?:${decimal}\\d+)?`;
const PLAIN = new RegExp(`^${NUMBER}$`);
const LEADING = new RegExp(`^(${NUMBER})(?=$|[\\s%(–])`);
const FRACTION = new RegExp(`(?:^|[\\s(])(${NUMBER})/(${NUMBER})(?=$|[\\s);,])`);
const numeric = (text) => Number(text.replace(new RegExp(group, 'g'), '').replace(',', '.').replace('−', '-'));
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

// What a cell sorts by: a number, or null for "–", "withheld" and other words. A fraction is a share, whether the
// percentage stands beside it or the number was too small for one.
const sortNumber = (text) => {
  const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (day) return day[3] * 1e4 + day[2] * 100 + Number(day[1]);
  const written = /^(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})$/.exec(text);
  if (written) return written[3] * 1e4 + (MONTHS.indexOf(written[2].toLowerCase()) + 1) * 100 + Number(written[1]);
  const quarter = /^(?:Quý (I{1,3}|IV)\/|Q([1-4]) )(\d{4})$/.exec(text);
  if (quarter) return quarter[3] * 10 + (Number(quarter[2]) || ['I', 'II', 'III', 'IV'].indexOf(quarter[1]) + 1);
  const share = FRACTION.exec(text);
  if (share) return numeric(share[2]) ? (100 * numeric(share[1])) / numeric(share[2]) : null;
  const number = LEADING.exec(text);
  return number ? numeric(number[1]) : null;
};

const live = make('div', { className: 'sr-only', role: 'status' });
const copyLink = async (event) => {
  const link = event.currentTarget;
  const before = link.textContent;
  try {
    await navigator.clipboard.writeText(link.href);
  } catch { // older browsers, and those that give a local file no clipboard
    const field = make('textarea', { value: link.href, className: 'sr-only' });
    link.after(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    link.focus();
    if (!copied) { location.hash = link.hash; return; } // the address bar has it then
  }
  live.textContent = '';
  live.textContent = words.copied;
  link.classList.add('done');
  if (link.classList.contains('tool')) link.textContent = words.copied;
  setTimeout(() => { link.classList.remove('done'); link.textContent = before; }, 1600);
};
const linkTo = (id, className, text, label) => {
  const link = make('a', { href: `#${encodeURIComponent(id)}`, className }, text);
  link.setAttribute('aria-label', label);
  link.addEventListener('click', (event) => { event.preventDefault(); copyLink(event); });
  return link;
};

// Files made in the page -----------------------------------------------------------------------------------------
// A table as rows of cells; a cell that is a plain number becomes one, however the language writes it. Codes with
// leading zeros and numbers longer than a spreadsheet can hold stay text.
const cellsOf = (table, plain = true) => [...table.rows].sort((a, b) => a.dataset.order - b.dataset.order).map((row) =>
  [...row.cells].map((cell) => {
    const text = textOf(cell);
    const isNumber = plain && cell.parentElement.parentElement.tagName === 'TBODY' && PLAIN.test(text)
      && !/^[-−+]?0\d/.test(text) && text.replace(/\D/g, '').length <= 15;
    return isNumber ? numeric(text) : text;
  }));

// Which figures each cell prints, as the table says: rows end with `;`, cells with a space, `+` joins the figures of a sum.
const giveFigures = (table) => {
  (table.closest('div[data-figures]')?.dataset.figures || '').split(';').forEach((line, k) => line.split(' ').forEach((ids, column) => {
    if (ids && ids !== '-') table.tBodies[0].rows[k].cells[column].dataset.figures = ids.replaceAll('+', ' ');
  }));
};
// The same rows with the ids of the figures behind their numbers: one column at the end, or one for each column of
// numbers where a row prints several figures.
const withFigures = (table, rows) => {
  const ids = [...table.rows].sort((a, b) => a.dataset.order - b.dataset.order)
    .map((row) => [...row.cells].map((cell) => cell.dataset.figures || ''));
  const columns = rows[0].map((_, k) => k).filter((k) => ids.some((row) => row[k]));
  if (!columns.length) return rows;
  const found = ids.map((row) => [...new Set(columns.map((k) => row[k]).filter(Boolean))]);
  if (found.every((own) => own.length < 2)) return rows.map((row, n) => [...row, n ? found[n].join() : 'figure_id']);
  return rows.map((row, n) => [...row, ...columns.map((k) => (n ? ids[n][k] : `figure_id: ${rows[0][k]}`))]);
};

// A text that a spreadsheet would run as a formula gets an apostrophe; every cell with anything special is quoted.
const csvOf = (rows) => '\ufeff' + rows.map((row) => row.map((cell) => {
  if (typeof cell === 'number') return String(cell);
  const text = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}).join(',')).join('\r\n') + '\r\n';

// A workbook is a zip of XML. Nothing is compressed, and the date is the zip format's first day, so that the same
// table always gives the same bytes. Inline strings are never read as formulas.
const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc32 = (bytes) => ~bytes.reduce((c, byte) => CRC[(c ^ byte) & 255] ^ (c >>> 8), -1) >>> 0;
const little = (...pairs) => pairs.flatMap(([value, size]) =>
  Array.from({ length: size }, (_, k) => (value >>> (8 * k)) & 255));
const zip = (files) => {
  const parts = [], index = [];
  let offset = 0, indexSize = 0;
  for (const [name, text] of files) {
    const path = new TextEncoder().encode(name), data = new TextEncoder().encode(text);
    // version, UTF-8 names, stored, time, date, checksum, both sizes, length of the name, no extra field
    const about = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc32(data), 4], [data.length, 4], [data.length, 4],
      [path.length, 2], [0, 2]];
    const local = little([0x04034b50, 4], ...about);
    const central = little([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    parts.push(new Uint8Array(local), path, data);
    index.push(new Uint8Array(central), path);
    offset += local.length + path.length + data.length;
    indexSize += central.length + path.length;
  }
  const end = little([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [indexSize, 4],
    [offset, 4], [0, 2]);
  return [...parts, ...index, new Uint8Array(end)];
};
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�')
  .replace(/[&<>"]/g, (character) => ENTITIES[character]);
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = ['http:', '', 'schemas.openxmlformats.org'].join('/'); // a name; nothing is fetched from there
const sheetOf = (rows, head) => {
  const size = (row, k) => (k in row ? String(row[k]).length : 0);
  const wide = rows[0].map((_, k) => Math.min(60, 3 + Math.max(...rows.map((row) => size(row, k)))));
  return `${HEAD}<worksheet xmlns="${OFFICE}/spreadsheetml/2006/main">${head
    ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
      + '</sheetViews>' : ''
  }<cols>${wide.map((width, k) => `<col min="${k + 1}" max="${k + 1}" width="${width}" customWidth="1"/>`).join('')
  }</cols><sheetData>${rows.map((row, n) => `<row>${row.map((cell) => (typeof cell === 'number'
    ? `<c><v>${cell}</v></c>` : `<c t="inlineStr"${head && n === 0 ? ' s="1"' : ''}><is><t xml:space="preserve">${
      xml(cell)}</t></is></c>`)).join('')
  }</row>`).join('')}</sheetData></worksheet>`;
};
const xlsxOf = (name, rows, about) => {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const relation = `${OFFICE}/officeDocument/2006/relationships`;
  const links = (...list) => `${HEAD}<Relationships xmlns="${OFFICE}/package/2006/relationships">${list.map(
    ([kind, target], k) => `<Relationship Id="rId${k + 1}" Type="${relation}/${kind}" Target="${target}"/>`).join('')
  }</Relationships>`;
  const sheets = [name.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31), words['sheet-about']];
  return zip([
    ['[Content_Types].xml', `${HEAD}<Types xmlns="${OFFICE}/package/2006/content-types">`
      + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
      + `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>`
      + `<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>`
      + [1, 2].map((k) => `<Override PartName="/xl/worksheets/sheet${k}.xml" ContentType="${type}.worksheet+xml"/>`)
        .join('') + '</Types>'],
    ['_rels/.rels', links(['officeDocument', 'xl/workbook.xml'])],
    ['xl/workbook.xml', `${HEAD}<workbook xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:r="${relation}"><sheets>${
      sheets.map((sheet, k) => `<sheet name="${xml(sheet)}" sheetId="${k + 1}" r:id="rId${k + 1}"/>`).join('')
    }</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', links(['worksheet', 'worksheets/sheet1.xml'], ['worksheet', 'worksheets/sheet2.xml'],
      ['styles', 'styles.xml'])],
    ['xl/styles.xml', `${HEAD}<styleSheet xmlns="${OFFICE}/spreadsheetml/2006/main"><fonts count="2">`
      + '<font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
      + '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
      + '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
      + '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
      + 'builtinId="0"/></cellStyles></styleSheet>'],
    ['xl/worksheets/sheet1.xml', sheetOf(rows, true)],
    ['xl/worksheets/sheet2.xml', sheetOf(about.map((text) => [text]), false)],
  ]);
};
const save = (name, parts, type) => {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};
const fileName = (id, extension) => {
  const page = decodeURIComponent(location.pathname.split('/').pop()).replace(/\.html?$/, '') || 'table';
  return `${page}-${id}.${extension}`;
};

// Tables ---------------------------------------------------------------------------------------------------------
// A row that is bold throughout is a total: it stays below the others, and goes when only some of them show.
const isTotal = (row) => [...row.cells].every((cell) => {
  const bold = [...cell.querySelectorAll('strong')].map(textOf).join(' ');
  return textOf(cell) === bold;
}) && textOf(row) !== '';

// Ids such as DEMO-0098, days such as 2025-12-31 and ranges such as 50,0–65,0% or 2021 - 2025 would break at their hyphen,
// and 31 Dec 2025 at a space.
const SHORT = '[-−+]?\\d(?:[\\d.,]{0,13}\\d)?';
const UNBROKEN = new RegExp('(?<![\\p{L}\\p{N}])(?:[A-Z][A-Z0-9]{1,11}(?:-[A-Z0-9]{1,11}){1,3}|\\d{4}-\\d{2}-\\d{2}|\\d{4}-\\d{4}|\\d{1,2} [A-Z][a-z]{2,8} \\d{4}'
  + `|\\(?${SHORT}(?:–|[ \\u00a0]-[ \\u00a0])${SHORT}(?:[ \\u00a0]?%)?\\)?)(?![\\p{L}\\p{N}])`, 'gu');
const keepTogether = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => (
    node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
      : node.matches('code, pre, script, math, .register') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP));
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const places = [...node.data.matchAll(UNBROKEN)];
    if (places.length) found.push([node, places]);
  }
  for (const [node, places] of found) {
    const { parentElement: owner } = node;
    if (places[0][0] === node.data.trim() && owner.childNodes.length === 1) { owner.classList.add('keep'); continue; }
    for (const match of places.reverse()) { // from the end, so that earlier places stay where they are
      const rest = node.splitText(match.index);
      rest.splitText(match[0].length);
      rest.replaceWith(make('span', { className: 'keep' }, match[0]));
    }
  }
};
// In a narrow column a name would stand a word a line, and two short words on two lines.
const giveRoom = (table) => {
  for (const cell of table.tHead.rows[0].cells) if (textOf(cell).length < 9) cell.classList.add('keep');
  for (const cell of [...table.tBodies].flatMap((body) => [...body.rows]).flatMap((row) => [...row.cells])) {
    const { length } = cell.textContent;
    if (/\S{40}/.test(cell.textContent)) cell.classList.add('endless');
    if (length > 40) cell.classList.add('long');
    else if (length > 20 && cell.style.textAlign !== 'right') cell.classList.add('middling');
    else if (length < 13 && cell.tagName === 'TH') cell.classList.add('keep');
  }
};

const makeSortable = (table) => {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  if (rows.length < 2) return;
  heads.forEach((head, column) => {
    if (!textOf(head)) return;
    const button = make('button', { type: 'button', className: 'sort' });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const next = { ascending: 'descending', descending: null }[head.getAttribute('aria-sort')];
      const direction = next === undefined ? 'ascending' : next; // a third click: the order of the report
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      if (direction) head.setAttribute('aria-sort', direction);
      const texts = new Map(rows.map((row) => [row, row.cells[column] ? textOf(row.cells[column]) : '']));
      const numbers = new Map(rows.map((row) => [row, sortNumber(texts.get(row))]));
      const filled = rows.filter((row) => !['', '–'].includes(texts.get(row)));
      const known = filled.filter((row) => numbers.get(row) !== null);
      // A right-aligned column holds numbers, with words where there is none; any other, only if all cells are.
      const isNumbers = known.length > 0 && (head.style.textAlign === 'right' || known.length === filled.length);
      const empty = (row) => (isNumbers ? numbers.get(row) === null : ['', '–'].includes(texts.get(row)));
      const sign = direction === 'descending' ? -1 : 1;
      const compare = (a, b) => (isNumbers ? numbers.get(a) - numbers.get(b)
        : collator.compare(texts.get(a), texts.get(b)));
      const order = direction ? [...rows].sort((a, b) => isTotal(a) - isTotal(b) || empty(a) - empty(b)
        || (empty(a) ? 0 : sign * compare(a, b)) || a.dataset.order - b.dataset.order) : rows;
      body.append(...order);
    });
  });
};

const makeFilter = (table, scroll) => {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => fold(textOf(row)));
  const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false });
  const found = make('span', { className: 'found', role: 'status' });
  input.addEventListener('input', () => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, k) => {
      row.hidden = wanted.length > 0 && (isTotal(row) || !wanted.every((word) => texts[k].includes(word)));
      shown += !row.hidden;
    });
    found.textContent = wanted.length ? say('filter-count', count.format(shown), count.format(rows.length)) : '';
  });
  scroll.before(make('div', { className: 'filter' }, make('label', {}, `${words.filter} `, input), found));
};

// A chart and the table of its numbers, in one place: the button changes one for the other.
const toggleFor = (box, table, button) => {
  const plate = box.querySelector('.plate');
  let instead = null;
  const change = button('show-table', () => {
    if (!instead) {
      const copy = table.closest('.table-scroll').cloneNode(true);
      copy.querySelectorAll('[id]').forEach((element) => element.removeAttribute('id'));
      copy.querySelectorAll('button, .term').forEach((element) => element.replaceWith(...element.childNodes));
      copy.querySelectorAll('[aria-sort]').forEach((element) => element.removeAttribute('aria-sort'));
      copy.querySelectorAll('tr').forEach((row) => { row.hidden = false; });
      const body = copy.querySelector('tbody');
      body.append(...[...body.rows].sort((a, b) => a.dataset.order - b.dataset.order));
      copy.classList.add('instead');
      plate.after(copy);
      copy.addEventListener('scroll', () => showMore(copy), { passive: true });
      instead = copy;
    }
    plate.hidden = !plate.hidden;
    instead.hidden = !plate.hidden;
    giveScroll();
    change.textContent = plate.hidden ? words['show-chart'] : words['show-table'];
    change.setAttribute('aria-label', `${change.textContent}, ${textOf(box.querySelector('figcaption .label') || box)}`);
  });
};

// Every table has an address and a name, those without a caption too: the heading they stand under, and their number there.
// The mark at the end of a caption is no part of the name.
const captionOf = (box) => {
  const caption = box.querySelector('figcaption')?.cloneNode(true);
  caption?.querySelectorAll('.basis').forEach((mark) => mark.remove());
  return caption ? textOf(caption) : '';
};
const giveNames = () => {
  let head = null, number = 0;
  for (const element of document.querySelectorAll('main :is(h2, h3, h4)[id], main .table-scroll')) {
    if (!element.matches('.table-scroll')) { head = element; number = 0; continue; }
    const box = element.closest('figure') || element;
    number += 1;
    if (!box.id) box.id = `${head?.id || 'top'}-${number}`;
    const under = head ? `${textOf(head)}${number > 1 ? ` (${number})` : ''}` : '';
    const name = captionOf(box) || under || element.getAttribute('aria-label');
    element.querySelector('table')?.setAttribute('aria-label', name);
  }
};
const placeOf = (box) => ({ isWide: box.scrollWidth > box.clientWidth + 1, before: box.scrollLeft > 1,
  after: box.scrollLeft + box.clientWidth < box.scrollWidth - 1 });
const showMore = (box, { isWide, before, after } = placeOf(box)) => {
  box.classList.toggle('more-before', before);
  box.classList.toggle('fits', !isWide); // its head may stay in sight while one reads down
  box.classList.toggle('more-after', isWide && after);
};
// Only a table or chart wider than its place is a stop of the Tab key, where arrows scroll it, and shows on which side there
// is more.
const SCROLLED = 'main :is(.table-scroll, .fig > .plate)';
const giveScroll = () => {
  const all = [...document.querySelectorAll(SCROLLED)];
  const places = all.map(placeOf); // all are read before anything changes, or the page would be laid out again for each
  all.forEach((box, k) => {
    const name = box.querySelector('table')?.getAttribute('aria-label') || captionOf(box.parentElement);
    const given = { role: 'region', tabindex: '0', 'aria-label': name };
    for (const [name, value] of Object.entries(given)) {
      if (places[k].isWide) box.setAttribute(name, value); else box.removeAttribute(name);
    }
    showMore(box, places[k]);
  });
};
// The table of a chart's numbers: the one that its caption names, else the one that follows it.
const numbersOf = (box) => {
  const named = [...box.querySelectorAll('figcaption a.xref[href^="#tbl-"]')].pop();
  if (named) return document.querySelector(`[id="${named.hash.slice(1)}"] table`);
  const next = box.nextElementSibling;
  return next?.matches('figure.tbl, div[data-figures]') ? next.querySelector('table') : null;
};

// Each value of a table as a link to its basis: on demand, because hundreds of links are hundreds of stops of the Tab key.
const linkValues = (table, button) => {
  const change = button('basis-values', () => {
    const on = change.getAttribute('aria-pressed') !== 'true';
    change.setAttribute('aria-pressed', on);
    for (const cell of table.querySelectorAll(':is(td, th)[data-figures]')) {
      const link = cell.querySelector('a.basis');
      if (link) link.replaceWith(...link.childNodes);
      if (on) {
        const made = make('a', { className: 'basis figure', title: cell.dataset.figures });
        Object.assign(made.dataset, { codes: codesOf(cell.dataset.figures), figures: cell.dataset.figures });
        made.href = document.querySelector('#tbl-basis') ? `#ev-${made.dataset.codes.split(' ')[0]}`
          : `${reviewPage()}#figure=${cell.dataset.figures.split(' ')[0]}`;
        made.append(...cell.childNodes);
        cell.append(made);
        explainMark(made);
      }
    }
  });
  change.setAttribute('aria-pressed', false);
};
const codesOf = (ids) => [...new Set(ids.split(' ').map((id) => id.split('.')[0]))].join(' ');
const reviewPage = () => document.querySelector('.site a[data-page=review]')?.getAttribute('href') || '';

const nameOf = (table) => textOf(table.closest('figure')?.querySelector('figcaption')
  || table.closest('.table-scroll')?.previousElementSibling || table.caption || table);
const toolsFor = (box, table, parent) => {
  const bar = make('div', { className: 'tools' });
  const label = (textOf(box.querySelector('figcaption .label') || make('i')) || captionOf(box)
    || table?.getAttribute('aria-label') || '').replace(/[:.]$/, '').slice(0, 120);
  const button = (key, action) => {
    const name = { 'aria-label': `${words[key]}, ${label}` };
    const made = make('button', { type: 'button', className: 'tool', ...name }, words[key]);
    made.addEventListener('click', action);
    bar.append(made);
    return made;
  };
  if (table && box.classList.contains('fig')) toggleFor(box, table, button);
  if (table) {
    const id = (table.closest('figure') || box).id;
    button('csv', () => save(fileName(id, 'csv'), [csvOf(withFigures(table, cellsOf(table)))], 'text/csv;charset=utf-8'));
    button('xlsx', () => {
      const codes = table.closest('figure')?.querySelector('figcaption .basis')?.dataset.codes;
      const about = [nameOf(table), ...codes ? [`${words.basis}: ${codes}`] : [], document.title,
        ...[...document.querySelectorAll('.subtitle, .byline span, .banner')].map(textOf)];
      save(fileName(id, 'xlsx'), xlsxOf(id, withFigures(table, cellsOf(table)), about),
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    });
  }
  if (table && !box.classList.contains('fig') && table.querySelector('[data-figures]')) linkValues(table, button);
  bar.append(linkTo(box.id, 'tool', words.copy, `${words.copy}, ${label}`));
  if (parent) parent.append(bar); else box.after(bar);
};

// Terms ----------------------------------------------------------------------------------------------------------
// Codes of rates and terms of the glossary are explained where they stand, in the words of the page's own tables of
// indicators and terms: there is no second copy.
const CODE = /^RT?\d[a-z]?$/;
const definitions = new Map(); // what is looked for in the text, to what is said about it
for (const row of document.querySelectorAll('#tbl-indicators tbody tr')) {
  const code = row.cells[0]?.querySelector('code')?.textContent;
  if (!code || !CODE.test(code) || !row.cells[2]) continue;
  const name = textOf(row.cells[0]).replace(new RegExp(`\\s*${code}$`), '');
  definitions.set(code, [`${code} ${name}`, textOf(row.cells[2])]);
}
for (const row of document.querySelectorAll('#tbl-glossary tbody tr')) {
  const term = textOf(row.cells[0]);
  if (row.cells[1]) definitions.set(exact(term), [term, textOf(row.cells[1])]);
}
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const spellings = [...definitions.keys()].sort((a, b) => b.length - a.length);
// A code stands as it is written; a term in any case; neither inside a longer word, name or number.
const TERM = spellings.length ? new RegExp(`(?<![\\p{L}\\p{N}.])(?:${spellings.map(literal).join('|')})`
  + '(?![\\p{L}\\p{N}.]*[\\p{L}\\p{N}])', 'giu') : null;
const keyOf = (found) => (definitions.has(found) ? found : CODE.test(found) ? '' : exact(found));
let openTip = null;
let closing = 0;
const hideTip = () => { clearTimeout(closing); if (openTip) openTip.hidden = true; openTip = null; };
const hideSoon = () => { clearTimeout(closing); closing = setTimeout(hideTip, 200); };
const tipFor = (key) => {
  const id = `term-${key.replace(/\s+/g, '-')}`;
  if (document.getElementById(id)) return document.getElementById(id);
  const [name, said] = definitions.get(key);
  const tip = make('div', { id, className: 'tip', hidden: true, role: 'tooltip' }, make('strong', {}, name), ' ', said);
  tip.addEventListener('pointerenter', () => clearTimeout(closing)); // the pointer may move onto it
  tip.addEventListener('pointerleave', hideSoon);
  main.append(tip);
  return tip;
};
const explain = (trigger, code) => {
  const tip = tipFor(code);
  trigger.setAttribute('aria-describedby', tip.id);
  const show = () => {
    hideTip();
    tip.hidden = false;
    openTip = tip;
    const lines = trigger.getClientRects(), place = lines[lines.length - 1], width = document.documentElement.clientWidth;
    // Below the word, but above a column heading, whose column is being read.
    const noRoom = place.bottom + tip.offsetHeight + 12 > innerHeight;
    const above = (noRoom || trigger.closest('thead')) && place.top > tip.offsetHeight + 12;
    tip.style.left = `${scrollX + Math.max(8, Math.min(place.left, width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${scrollY + (above ? place.top - tip.offsetHeight - 6 : place.bottom + 6)}px`;
  };
  trigger.addEventListener('pointerenter', show);
  trigger.addEventListener('pointerleave', hideSoon);
  trigger.addEventListener('focus', show);
  trigger.addEventListener('blur', hideSoon);
  trigger.addEventListener('click', show); // touch
  trigger.addEventListener('keydown', (event) => {
    if (!trigger.matches('.term') || !['Enter', ' '].includes(event.key)) return;
    event.preventDefault();
    show();
  });
};
const explainTerms = () => {
  if (!TERM) return;
  for (const button of document.querySelectorAll('thead button.sort')) {
    const code = /(?<![\p{L}\p{N}.])RT?\d[a-z]?(?![\p{L}\p{N}.])/u.exec(textOf(button))?.[0];
    if (definitions.has(code)) explain(button, code);
  }
  // Once in a chapter, and once in a table: more would be a fence of underlines and tab stops.
  let seen = new Set();
  const tables = new Map();
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => (
    node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
      : node.matches('h3, h4, h5, h6, a, button, code, pre, thead, summary, label, script, template, #tbl-indicators, '
        + '#tbl-glossary, #tbl-basis, .tools, .filter, .tip, .card, .instead, .register, .key-figure, figcaption, [role=tablist], .tab-name') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const places = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType !== Node.TEXT_NODE) { if (node.tagName === 'H2') seen = new Set(); continue; }
    if (node.parentElement.closest('h2')) continue;
    const table = node.parentElement.closest('table');
    if (table && !tables.has(table)) tables.set(table, new Set());
    const known = table ? tables.get(table) : seen;
    for (const match of node.data.matchAll(TERM)) {
      const key = keyOf(match[0]);
      if (table && !CODE.test(key)) continue; // cells are short: codes only
      if (definitions.has(key) && !known.has(key)) { known.add(key); places.push([node, match, key]); }
    }
  }
  for (const [node, match, key] of places.reverse()) { // from the end, so that earlier places stay where they are
    const rest = node.splitText(match.index);
    rest.splitText(match[0].length);
    // No button element: browsers set one as a block, which does not break over lines as the words around it do.
    const trigger = make('span', { className: 'term', role: 'button', tabIndex: 0 }, match[0]);
    rest.replaceWith(trigger);
    explain(trigger, key);
  }
  addEventListener('keydown', (event) => { if (event.key === 'Escape') hideTip(); });
};

// The basis of a figure -------------------------------------------------------------------------------------------
// A mark opens what the evidence annex says of its indicators: the checks, and the rows; where the page holds the
// register, the rows can be listed. Without the annex in the page the mark is a plain link to it.
const behind = { sets: {}, members: {} }; // rows of the register: of an indicator, and of the members of a dimension
const partsOf = (id) => { const [code, dimension, ...member] = id.split('.'); return [code, dimension, member.join('.')]; };
const isListed = (id) => {
  const [code, dimension, member] = partsOf(id);
  return Boolean(behind.sets[code] && (!dimension || behind.members[dimension]?.[member]));
};
let openCard = null;
const hideCard = (back) => {
  if (!openCard) return;
  openCard.card.remove();
  if (back) openCard.mark.focus();
  openCard = null;
};
const showRows = (id) => {
  hideCard(false);
  const box = document.querySelector('.register');
  box.dispatchEvent(new CustomEvent('rows', { detail: id }));
  box.scrollIntoView();
};
const cardFor = (ids) => {
  const card = make('div', { className: 'card', role: 'dialog', 'aria-label': words.basis, tabIndex: -1 });
  const list = make('dl');
  for (const id of ids) {
    const [code, dimension, member] = partsOf(id);
    const row = document.querySelector(`[id="ev-${code}"]`)?.closest('tr');
    if (!row) continue;
    // The annex gives the nation's rows and their hash; a member's are those of them that are its own.
    const where = dimension ? `${[...row.cells[3].querySelectorAll('code')].map(textOf)
      .filter((part) => !/^[0-9a-f]{12}$/.test(part)).join(' ')} · ${dimension} = ${member}` : textOf(row.cells[3]);
    const lines = [[words['basis-figure'], id], [words['basis-rules'], textOf(row.cells[2])], [words['basis-rows'], where]];
    list.append(make('dt', {}, textOf(row.cells[0])), ...lines.map(([name, value]) =>
      make('dd', {}, make('span', {}, `${name}: `), value)));
    const last = make('dd', {});
    if (isListed(id)) {
      const button = make('button', { type: 'button', className: 'tool', 'aria-label': `${words['basis-list']}, ${id}` },
        words['basis-list']);
      button.addEventListener('click', () => showRows(id));
      last.append(button);
    }
    last.append(make('a', { href: `#ev-${code}`, className: 'tool', 'aria-label': `${words['basis-more']}, ${code}` },
      words['basis-more']));
    list.append(last);
  }
  const close = make('button', { type: 'button', className: 'tool close' }, words.close);
  close.addEventListener('click', () => hideCard(true));
  keepTogether(list);
  card.append(close, list); // first, and always in sight: a list of rates is longer than a telephone
  card.addEventListener('click', (event) => { if (event.target.matches('a')) hideCard(false); });
  card.addEventListener('keydown', (event) => {
    const stops = [...card.querySelectorAll('a, button')];
    const isOut = event.key === 'Tab' && (event.shiftKey ? [card, stops[0]] : [stops[stops.length - 1]])
      .includes(document.activeElement);
    if (event.key !== 'Escape' && !isOut) return;
    event.preventDefault(); // the card stands at the end of the page: who leaves it goes on where it was opened
    hideCard(true);
  });
  return card;
};
const showCard = (mark, ids) => {
  hideCard(false);
  const card = cardFor(ids);
  main.append(card);
  openCard = { card, mark };
  const place = mark.getBoundingClientRect(), width = document.documentElement.clientWidth;
  card.style.left = `${scrollX + Math.max(8, Math.min(place.left, width - card.offsetWidth - 8))}px`;
  card.style.top = `${scrollY + place.bottom + 6}px`;
  card.focus();
};
const explainMark = (mark) => {
  if (!document.querySelector('#tbl-basis')) return;
  mark.setAttribute('aria-haspopup', 'dialog');
  mark.addEventListener('click', (event) => {
    event.preventDefault();
    showCard(mark, (mark.dataset.figures || mark.dataset.codes).split(' '));
  });
};
// An address such as review-en.html#figure=R2.field.energy leads to one figure of figures.csv.
const showFigure = () => {
  const id = /^#figure=([\w.-]+)$/.exec(decodeURIComponent(location.hash))?.[1];
  const place = id && document.getElementById(`ev-${id.split('.')[0]}`);
  if (!place) return;
  place.scrollIntoView({ block: 'center' });
  showCard(place, [id]);
};
const explainMarks = () => {
  // A tick says nothing to a screen reader: its title does.
  document.querySelectorAll('a.basis[title]:has(> sup)').forEach((mark) => mark.setAttribute('aria-label', mark.title));
  if (!document.querySelector('#tbl-basis')) return;
  main.classList.add('has-basis');
  document.querySelectorAll('a.basis[data-codes]').forEach(explainMark);
  main.addEventListener('click', (event) => {
    const cell = event.target.closest(':is(td, th)[data-figures]');
    if (cell && !event.target.closest('a, button') && getSelection().isCollapsed) {
      showCard(cell, cell.dataset.figures.split(' '));
    }
  });
  addEventListener('pointerdown', (event) => {
    if (openCard && !openCard.card.contains(event.target) && event.target !== openCard.mark) hideCard(false);
  });
  addEventListener('hashchange', showFigure);
  showFigure();
};

// Search over the commitments ------------------------------------------------------------------------------------
const LIMIT = 50;
const makeSearch = (box) => {
  const { behind: sets, members, heads, statuses, rows } = JSON.parse(box.querySelector('script').textContent);
  const [, , agency, partner, field, deadline, days] = heads, state = words['search-status'];
  const hay = rows.map((row) => row.slice(0, 5).join(' \n '));
  const folded = hay.map(fold), written = hay.map(exact);
  const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false });
  const select = make('select', {}, new Option(words['search-all'], ''),
    ...statuses.map((name, k) => new Option(name, k)), new Option(words['search-overdue'], 'overdue'));
  const found = make('p', { className: 'found', role: 'status' });
  const list = make('ol', { className: 'results' });
  Object.assign(behind, { sets: sets || {}, members: members || {} });
  const isIn = (bits, k) => ((atob(bits).charCodeAt(k >> 3) >> (7 - (k & 7))) & 1) === 1;
  let only = '';
  const isBehind = (id, k) => {
    const [code, dimension, member] = partsOf(id);
    return isIn(sets[code][0], k) && (!dimension || isIn(members[dimension][member], k));
  };
  const chosen = make('p', { className: 'behind', hidden: true });
  const clear = make('button', { type: 'button', className: 'tool' }, words['search-clear']);
  clear.addEventListener('click', () => { only = ''; chosen.hidden = true; run(); input.focus(); });
  box.addEventListener('rows', (event) => {
    only = event.detail;
    chosen.replaceChildren(`${words['search-rows']} ${only}. `, clear);
    chosen.hidden = false;
    input.value = '';
    select.value = '';
    run();
    input.focus({ preventScroll: true });
  });
  const run = () => {
    const near = fold(input.value).split(/\s+/).filter(Boolean), same = exact(input.value).split(/\s+/).filter(Boolean);
    const asked = near.length > 0 || select.value !== '' || only !== '';
    const hits = [];
    if (asked) {
      rows.forEach((row, k) => {
        const fits = select.value === ''
          || (select.value === 'overdue' ? row[7] !== null : row[5] === Number(select.value));
        if (only && !isBehind(only, k)) return;
        if (fits && near.every((word) => folded[k].includes(word))) {
          hits.push([same.every((word) => written[k].includes(word)) ? 0 : 1, row, k]);
        }
      });
    }
    hits.sort((a, b) => a[0] - b[0]); // stable: within a rank, the order of the register
    const counted = only && sets[partsOf(only)[0]][1]; // of a share, the rows in its numerator
    const limit = only ? rows.length : LIMIT; // who asks for the rows of a figure wants them all
    list.replaceChildren(...hits.slice(0, limit).map(([, row, k]) => {
      const facts = [[agency, row[2]], [partner, row[3]], [field, row[4]], [state, row[8] || statuses[row[5]]],
        [deadline, row[6]], [days, row[7] === null ? '' : count.format(row[7])],
        [words['search-numerator'], counted && (isIn(counted, k) ? words.yes : words.no)]].filter(([, value]) => value);
      return make('li', {}, make('p', { className: 'what' }, row[1], ' ', make('span', { className: 'id' }, row[0])),
        make('p', { className: 'facts' }, ...facts.flatMap(([name, value]) =>
          [make('span', {}, make('span', { className: 'name' }, `${name}: `), value), ' '])));
    }));
    const total = count.format(rows.length);
    if (!asked) found.textContent = say('search-total', total);
    else if (!hits.length) found.textContent = words['search-none'];
    else if (hits.length > limit) {
      found.textContent = say('search-first', count.format(limit), count.format(hits.length));
    } else found.textContent = say('search-count', count.format(hits.length), total);
  };
  input.addEventListener('input', run);
  select.addEventListener('change', run);
  box.append(make('div', { className: 'ask', role: 'search' }, make('label', {}, words.search, input),
    make('label', {}, state, select)), chosen, found, list);
  box.hidden = false;
  run();
};

if (Object.keys(words).length) {
  main.append(live);
  giveNames();
  document.querySelectorAll('.masthead, main').forEach(keepTogether);
  for (const table of document.querySelectorAll('main .table-scroll > table')) {
    if (!table.tHead || !table.tBodies[0]) continue;
    [...table.rows].forEach((row, k) => { row.dataset.order = k; });
    giveFigures(table);
    giveRoom(table);
    makeSortable(table);
    table.parentElement.addEventListener('scroll', () => showMore(table.parentElement), { passive: true });
    if (table.tBodies[0].rows.length > 8) makeFilter(table, table.parentElement);
    const box = table.closest('figure') || table.parentElement;
    toolsFor(box, table, box.tagName === 'FIGURE' ? box : null);
  }
  for (const box of document.querySelectorAll('figure.float.fig[id]')) {
    toolsFor(box, numbersOf(box), box);
    const plate = box.querySelector('.plate');
    plate?.addEventListener('scroll', () => showMore(plate), { passive: true });
  }
  for (const head of document.querySelectorAll('main :is(h2, h3, h4)[id]')) {
    const name = textOf(head);
    head.setAttribute('aria-label', name); // without the link
    head.append(linkTo(head.id, 'anchor', '#', `${words.copy}: ${name}`));
  }
  for (const box of document.querySelectorAll('.register')) makeSearch(box);
  explainMarks();
  explainTerms();
  giveScroll();
  // A table changes its width with the window, with its typeface when that is ready, and with the rows that are shown.
  const sizes = new ResizeObserver(giveScroll);
  document.querySelectorAll(`${SCROLLED}, main .table-scroll > table`).forEach((box) => sizes.observe(box));
  reveal(); // addresses given here are there now
}
