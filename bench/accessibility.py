"""axe-core on every page of an edition as it is released, in headless Chromium.

    make PACKAGE=datapackage.public-record.json report && python bench/accessibility.py build/public-record/report/out

The tests do this on every page type with a small edition, since a real one takes minutes a page. Each page is looked at
light at 1,280 pixels, all values of its tables made links, and dark at 390; it may not be wider than the window, and no
script may fail. Names behind the folder choose pages: `review-vi`. Prints Markdown; exit code 1 if
anything is found.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
VIEWS = (("light", 1280, {}), ("dark", 390, {"runOnly": ["color-contrast"]}))  # the rest is the same in the dark


def problems(axe: Axe, tab: Page, width: int, options: dict) -> list[str]:
    """What axe-core finds in a page as it stands, and whether it is too wide for its window."""
    found = axe.run(tab, options=options | {"resultTypes": ["violations"]}).response["violations"]
    said = [f"{v['id']} ({len(v['nodes'])}): {v['nodes'][0]['html'][:200]}" for v in found]
    wide = tab.evaluate("document.documentElement.scrollWidth")
    return said + ([f"{wide} pixels wide"] if wide > width else [])


def look(browser: Browser, page: Path) -> list[str]:
    """Open a page in each view; returns what is wrong with it."""
    axe, said = Axe(), []
    for scheme, width, options in VIEWS:
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab.set_default_timeout(30 * 60_000)
        failed: list[str] = []
        tab.on("pageerror", lambda error, failed=failed: failed.append(f"script: {error}"))
        tab.goto(page.resolve().as_uri())
        if scheme == "light":  # the page that holds most: its links on values too
            tab.evaluate("document.querySelectorAll('.tool[aria-pressed=false]').forEach((button) => button.click())")
        said += [f"{scheme} {width}: {text}" for text in problems(axe, tab, width, options) + failed]
        tab.close()
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pages are: build/<package>/report/out")
    parser.add_argument("pages", nargs="*", help="names of pages without .html; all by default")
    chosen = parser.parse_args()
    pages = [chosen.folder / f"{name}.html" for name in chosen.pages] or sorted(chosen.folder.glob("*.html"))
    if not pages:
        parser.error(f"no pages in {chosen.folder}: make report first")
    print("| page | found |\n|:-----|------:|", flush=True)
    said: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for page in pages:
            said[page.stem] = look(browser, page)
            print(f"| {page.stem} | {len(said[page.stem])} |", flush=True)
        browser.close()
    for name, texts in said.items():
        for text in texts:
            print(f"\n- {name}: {text}")
    return 1 if any(said.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
