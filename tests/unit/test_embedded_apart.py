"""Documents rendered in processes of their own: the same files, and the same problems by file and line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camket.report.embedded import RenderError, render
from camket.report.embedded.apart import renderers
from camket.report.embedded.fonts import cut

FIXTURE = Path(__file__).parents[1] / "fixtures" / "render"
WHEN = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    return cut(tmp_path_factory.mktemp("fonts"))


def test_the_same_bytes_and_the_same_problems_as_here(tmp_path, fonts):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "_quarto.yml").write_text("project:\n  type: default\n")
    wrong = broken / "doc.qmd"
    wrong.write_text("---\ntitle: T\nlang: en\n---\n\n![](nothing.svg)\n\nSee @sec-nowhere.\n", "utf-8")
    here = render(FIXTURE / "report.qmd", ["html", "pdf"], tmp_path / "here", timestamp=WHEN, fonts=fonts)
    with pytest.raises(RenderError) as expected:
        render(wrong, ["html"], tmp_path / "here", timestamp=WHEN, fonts=fonts)
    with renderers(2) as apart, ThreadPoolExecutor(2) as threads:
        failing = threads.submit(apart, wrong, ["html"], tmp_path / "there", timestamp=WHEN, fonts=fonts)
        there = threads.submit(
            apart, FIXTURE / "report.qmd", ["html", "pdf"], tmp_path / "there", timestamp=WHEN, fonts=fonts
        ).result()
        with pytest.raises(RenderError) as caught:
            failing.result()
    assert [path.name for path in there] == [path.name for path in here]
    assert [path.read_bytes() for path in there] == [path.read_bytes() for path in here]
    assert len(expected.value.problems) == 3
    assert caught.value.problems == expected.value.problems
    assert str(caught.value) == str(expected.value)
