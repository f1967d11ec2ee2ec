"""axe-core on every page of an edition as it is released, in headless Chromium.

    make PACKAGE=datapackage.public-record.json report && python bench/accessibility.py build/public-record/report/out

The tests do this on every page type with a small edition, since a real one takes minutes a page. Each page is looked at
light at 1,280 pixels, all values of its tables made links, and dark at 390; it may not be wider than the window, and no
script may fail. Names behind the folder choose pages: `review-vi`. Prints Markdown; exit code 1 if
anything is found.

Nearly all of the time goes into contrast, which axe-core works out for each text of the page, the slower the more there
is of it. It is looked at in parts, the others taken out of the page meanwhile; all other rules see the page whole. The
table says how many elements had their contrast examined.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
VIEWS = (("light", 1280), ("dark", 390))
WHOLE = """() => axe.run({ resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } })
  .then((results) => results.violations)"""
# The page without its text, then the text in parts of `size` elements.
PARTS = """async (size) => {
  const main = document.querySelector('main'), children = [...main.children], parts = [[]];
  let room = size;
  for (const child of children) {
    const length = child.querySelectorAll('*').length + 1;
    if (length > room) { parts.push([]); room = size; }
    parts[parts.length - 1].push(child);
    room -= length;
  }
  const violations = [];
  let seen = 0;
  for (const part of [[], ...parts]) {
    main.replaceChildren(...part);
    const found = await axe.run(part.length ? main : document, { runOnly: ['color-contrast'] });
    violations.push(...found.violations);
    for (const rule of [...found.passes, ...found.violations, ...found.incomplete]) seen += rule.nodes.length;
  }
  main.replaceChildren(...children);
  return { violations, seen };
}"""
SIZE = 2400


def problems(axe: Axe, tab: Page, scheme: str, width: int) -> tuple[list[str], int]:
    """What axe-core finds in a page as it stands, and whether it is too wide for its window; how many were examined."""
    tab.evaluate(axe.axe_script)
    wide = tab.evaluate("document.documentElement.scrollWidth")
    found = tab.evaluate(WHOLE) if scheme == "light" else []  # the rest is the same in the dark
    contrast = tab.evaluate(PARTS, SIZE)
    said = [f"{v['id']} ({len(v['nodes'])}): {v['nodes'][0]['html'][:200]}" for v in [*found, *contrast["violations"]]]
    return said + ([f"{wide} pixels wide"] if wide > width else []), contrast["seen"]


def look(browser: Browser, page: Path) -> tuple[list[str], int]:
    """Open a page in each view; returns what is wrong with it and how many elements had their contrast examined."""
    axe, said, seen = Axe(), [], 0
    for scheme, width in VIEWS:
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab.set_default_timeout(30 * 60_000)
        failed: list[str] = []
        tab.on("pageerror", lambda error, failed=failed: failed.append(f"script: {error}"))
        tab.goto(page.resolve().as_uri())
        if scheme == "light":  # the page that holds most: its links on values too
            tab.evaluate("document.querySelectorAll('.tool[aria-pressed=false]').forEach((button) => button.click())")
        found, number = problems(axe, tab, scheme, width)
        said += [f"{scheme} {width}: {text}" for text in found + failed]
        seen += number
        tab.close()
    return said, seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pages are: build/<package>/report/out")
    parser.add_argument("pages", nargs="*", help="names of pages without .html; all by default")
    chosen = parser.parse_args()
    pages = [chosen.folder / f"{name}.html" for name in chosen.pages] or sorted(chosen.folder.glob("*.html"))
    if not pages:
        parser.error(f"no pages in {chosen.folder}: make report first")
    print("| page | elements | found |\n|:-----|------:|------:|", flush=True)
    said: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for page in pages:
            said[page.stem], seen = look(browser, page)
            print(f"| {page.stem} | {seen:,} | {len(said[page.stem])} |", flush=True)
        browser.close()
    for name, texts in said.items():
        for text in texts:
            print(f"\n- {name}: {text}")
    return 1 if any(said.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
