"""Hostile text in every text column that strangers fill, from the raw files to pages, paper and workbooks."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from support import PROJECT, camket, commitment, make_package, update

CHROMIUM = Path("/usr/bin/chromium")
ATTACK = (
    '</td><script>window.evil=1</script><img src=x onerror="window.evil=1"> {{< include /etc/passwd >}} '
    '[l](javascript:window.evil=1) # h $x$ @fig-rates | ` **b** #import "@preview/a:1.0.0" =1+1 \u202ert\u202c '
)
DOCUMENTS = ("review", "lists")


def free(table: str) -> dict[str, str]:
    """An attack for each free text column of a raw table, as long as the column takes, after the column's name."""
    fields = json.loads((PROJECT / f"schemas/{table}.json").read_text("utf-8"))
    keys = {name for key in fields.get("foreignKeys", []) for name in key["fields"]}
    out = {}
    for field in fields["fields"]:
        limits = field.get("constraints", {})
        if field["type"] == "string" and field["name"] not in keys and not limits.keys() & {"pattern", "enum"}:
            out[field["name"]] = f"=zq {field['name'].replace('_', '')} {ATTACK}{'x' * 4000}"[: limits["maxLength"]]
    return out


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    own, said = free("commitments"), free("progress_updates")
    register = [
        commitment(f"C{n}", f"2024-05-{n:02}", due_date="2024-12-31", is_key_project="true", **own)
        for n in range(1, 13)
    ]
    stuck = {"difficulty_code": "01", "within_competence": "false", "addressed_to": "pm", **said}
    reports = [update(f"C{n}", "2024-Q3", "2024-09-20", **stuck) for n in range(1, 13)]
    descriptor = make_package(folder, register, reports, T="2025-09-30", K="2025-10-10")
    options = ["--package", str(descriptor), "--root", str(PROJECT), "--build", str(folder / "build")]
    steps = ["validate"], ["build"], ["check", "--partial"], ["figures", "--partial"], ["report", "--document", "vi"]
    for step in steps:
        more = [f"--only={name}" for name in DOCUMENTS] if step[0] == "report" else []
        done = camket(*step, *more, *options)
        assert done.exit_code == 0, (step, done.stdout + done.stderr)
        assert "\u202e" not in done.stdout + done.stderr
    return folder / "build"


def test_every_free_column_of_a_submission_is_attacked():
    assert set(free("progress_updates")) == {
        "narrative", "due_change_reason", "evidence_ref", "difficulty_note", "recommendation"
    }  # fmt: skip
    assert {"title_vi", "title_en", "counterpart", "source_url"} <= set(free("commitments"))


@pytest.mark.browser
@pytest.mark.parametrize(("name", "printed"), [("lists", ("titlevi", "narrative")), ("review", ("titlevi",))])
def test_browser_attacks_are_text_in_pages(built, name, printed):
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    problems: list[str] = []
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_page()
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("request", lambda request: problems.append(request.url)
               if not request.url.startswith(("file:", "data:", "blob:")) else None)  # fmt: skip
        tab.goto((built / f"report/out/{name}-vi.html").as_uri())
        if name == "review":
            tab.locator(".register input").fill("zq titlevi")
            assert tab.locator(".results li").count() == 12
        text = " ".join(tab.locator("main").inner_text().split())
        assert tab.evaluate("window.evil") is None
        acting = "main script:not([type='application/json']), main img[src='x'], main a[href^='javascript']"
        assert tab.locator(acting).count() == 0
        chromium.close()
    for column in printed:
        assert f"zq {column} </td><script>window.evil=1</script><img src=x" in text
    assert "{{< include /etc/passwd >}}" in text and "\u202e" not in text and "root:" not in text
    assert problems == []


def test_attacks_are_text_on_paper_and_in_workbooks(built):
    pages = PdfReader(built / "report/out/lists-vi.pdf").pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))  # columns are narrow
    for seen in ("<script>window.evil=1", "include/etc/passwd", "](javascript:window.evil=1)"):
        assert seen in text
    [path] = (built / "quality/agencies").glob("*.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
    assert any("zq titlevi" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    for line in csv.reader(path.with_suffix(".csv").read_text("utf-8-sig").splitlines()):
        assert not any(cell.startswith(("=", "+", "@")) for cell in line)
