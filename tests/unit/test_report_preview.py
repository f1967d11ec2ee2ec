"""The live preview: this machine only, an edit renders its page again, an error shows and goes away, Ctrl-C ends it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from test_report_edition import PROJECT, REPORTS, package, write_edition

from camket.messages import ToolFailed
from camket.report import preview as step

PAGE = "brief-en.html"


class Author:
    """Somebody who edits a copy of reports/ and looks at the pages."""

    def __init__(self, folder: Path):
        self.reports = folder / "reports"
        shutil.copytree(REPORTS, self.reports)
        self.said: list[str] = []
        self.build = write_edition(folder / "build")
        self.preview = step.Preview(self.build, self.reports, package(), self.said.append)
        self.server = step.listen(0)
        self.server.preview = self.preview
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def ask(self, path: str, host: str = "") -> tuple[int, str]:
        port = self.server.server_address[1]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Host": host or f"localhost:{port}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.reports / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def version(self, name: str = PAGE) -> int:
        return self.preview.pages[name].version


@pytest.fixture(scope="module")
def author(tmp_path_factory) -> Iterator[Author]:
    author = Author(tmp_path_factory.mktemp("author"))
    yield author
    author.preview.close()
    author.server.shutdown()
    author.server.server_close()


def test_it_answers_on_this_machine_only(author):
    assert author.server.server_address[0] == "127.0.0.1"
    assert author.ask("/", "example.org")[0] == 403
    status, index = author.ask("/")
    assert status == 200 and all(f'href="/{name}"' in index for name in author.preview.pages)
    for path in ("/nothing", "/../reports/words.yml", "/events?page=nothing&version=1", f"/events?page={PAGE}"):
        assert author.ask(path)[0] == 404


def test_a_page_reloads_itself_but_what_is_released_does_not(author):
    status, page = author.ask(f"/{PAGE}")
    assert status == 200 and "EventSource" in page and f"page={PAGE}&version={author.version()}" in page
    assert b"EventSource" not in author.preview.pages[PAGE].content
    assert not (author.build / "report").exists(), "the preview has a stage of its own"


def test_an_edit_renders_its_own_page_and_tells_the_browser(author):
    other = "dictionary-en.html"
    assert author.ask(f"/{PAGE}")[0] == author.ask(f"/{other}")[0] == 200
    before = {name: author.version(name) for name in (PAGE, other)}
    events: list[str] = []
    listener = threading.Thread(
        target=lambda: events.append(author.ask(f"/events?page={PAGE}&version={before[PAGE]}")[1])
    )
    listener.start()
    author.edit("en/brief.qmd", "# Overdue {", "# Past the deadline {")
    assert author.preview.poll() == ["brief.qmd"]
    listener.join(10)
    assert "data: reload" in events[0]
    assert "Past the deadline" in author.ask(f"/{PAGE}")[1]
    assert {name: author.version(name) for name in before} == {PAGE: before[PAGE] + 1, other: before[other]}
    assert author.preview.poll() == []


def test_a_word_changes_tables_and_the_pages_with_them(author):
    author.ask(f"/{PAGE}")
    author.edit("words.yml", "source:", "source: # looked at again\n   ")
    author.preview.poll()
    assert any(line.startswith("charts and tables") for line in author.said)


def test_an_error_is_shown_with_file_and_line_and_goes_away(author):
    line = len((author.reports / "en/brief.qmd").read_text("utf-8").splitlines()) + 2
    for wrong, said in (
        ("{{< var en.nothing.value >}}", "unknown figure"),  # what the figures do not have
        ("<br>", "raw HTML"),  # what the renderer does not take
    ):
        with (author.reports / "en/brief.qmd").open("a", encoding="utf-8") as stream:
            stream.write(f"\n{wrong}\n")
        author.preview.poll()
        page = author.ask(f"/{PAGE}")[1]
        assert f"en/brief.qmd:{line}: " in page and said in page and "EventSource" in page
        assert any(f"en/brief.qmd:{line}: " in text for text in author.said)
        author.edit("en/brief.qmd", f"\n{wrong}\n", "")
        author.preview.poll()
        assert "The report cannot be rendered" not in author.ask(f"/{PAGE}")[1]


def test_a_file_saved_half_written_does_not_end_it(author):
    """Neither YAML that breaks off nor a word whose placeholder nobody fills."""
    author.ask(f"/{PAGE}")
    before = (author.reports / "words.yml").read_text("utf-8")
    for text, said in (("a: [\n", "words.yml"), (before.replace("{T}", "{Tomorrow}"), "Tomorrow")):
        (author.reports / "words.yml").write_text(text, "utf-8")
        author.preview.poll()
        assert said in author.ask(f"/{PAGE}")[1]
    (author.reports / "words.yml").write_text(before, "utf-8")
    author.preview.poll()
    assert "The report cannot be rendered" not in author.ask(f"/{PAGE}")[1]


def test_without_figures_or_with_a_taken_port_it_does_not_start(tmp_path):
    with pytest.raises(ToolFailed, match="no figures"):
        step.Preview(tmp_path, REPORTS, package(), print)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(ToolFailed, match=f"port {taken.getsockname()[1]} is in use"):
            step.listen(taken.getsockname()[1])
        command = [sys.executable, "-m", "camket", "preview", "--port", str(taken.getsockname()[1])]
        done = subprocess.run([*command, "--build", str(tmp_path)], cwd=PROJECT, capture_output=True, text=True)
        assert done.returncode == 2 and "is in use" in done.stderr and "Traceback" not in done.stderr


def test_the_command_serves_and_ends_cleanly(tmp_path):
    command = [sys.executable, "-u", "-m", "camket", "preview", "--port", "0", "--build", str(write_edition(tmp_path))]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    # A shell that starts the tests in the background lets its children ignore the interrupt
    interruptible = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, cwd=PROJECT, stderr=subprocess.PIPE, text=True, env=environment, preexec_fn=interruptible
    ) as process:
        address = ""
        for line in process.stderr:
            if line.startswith("Preview at "):
                address = line.split()[2]
                break
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert PAGE in answer.read().decode()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(20) == 0 and "Traceback" not in rest and "has ended" in rest
