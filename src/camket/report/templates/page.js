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
  const mark = () => {
    const current = heads.filter((head) => head.getBoundingClientRect().top < 120).pop() || heads[0];
    links.forEach((a, id) => {
      if (current && id === current.id) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
    });
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
}

// Paper has no closed boxes.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((box) => { box.open = true; }));
