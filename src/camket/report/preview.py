"""A live preview for authors: the HTML edition on this machine only, rendered again when a file changes.

    reports/, figures ──poll──► build/<package>/preview/ ──embedded──► memory ──► http://127.0.0.1:4848/review-vi.html
                                                                          └─ an event tells the browser to reload

The stage is the preview's own, so a preview never touches what `make` releases, and what makes a page reload is put in
while it is sent. A page is rendered when it is first asked for, and again when its own text has changed.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from urllib.parse import parse_qs, urlsplit

from camket.messages import ToolFailed
from camket.package import Package
from camket.report import DOCUMENTS
from camket.report.embedded import Document, RenderError, records
from camket.report.embedded.fonts import kept
from camket.report.embedded.pages import TEMPLATES
from camket.report.render import Staged, copy, write_pieces, write_words
from camket.report.words import LANGUAGES

HOST = "127.0.0.1"
STAGE = "preview"
POLL = 0.3  # seconds between two looks at the files
# Charts and tables are made from these; after another change the last ones still hold.
PIECES = ("words.yml", "_brand.yml", "digest.txt", "check_results.csv")
RELOAD = """<script>
new EventSource('/events?page={page}&version={version}').onmessage = () => location.reload();
</script>
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }}
li {{ font-family: ui-monospace, monospace; font-size: 14px; margin: .6rem 0; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.4rem; }} .failed h1 {{ color: #b3261e; }}
</style></head><body class="{kind}"><h1>{title}</h1><ul>{items}</ul><p>{note}</p></body></html>
"""


@dataclass
class Page:
    """One page as last rendered. `version` counts what a reader would notice."""

    language: str
    document: str
    content: bytes = b""
    signature: str = ""
    version: int = 0
    images: list[str] = field(default_factory=list)
    is_open: bool = False

    @property
    def name(self) -> str:
        return f"{self.document}-{self.language}.html"


class Preview:
    """The pages of one edition, kept up to date with the files. `say` gets a line for whatever happens."""

    def __init__(self, build: Path, reports: Path, package: Package, say: Callable[[str], None]):
        if not (build / "figures" / "figures.parquet").exists():
            raise ToolFailed("there are no figures to preview the report with", "Make them first: make figures.")
        self.build, self.reports, self.package, self.say = build, reports, package, say
        self.pages = {
            page.name: page for language in LANGUAGES for document in DOCUMENTS for page in [Page(language, document)]
        }
        self.staged: Staged | None = None
        self.problems: list[str] = []  # of the project as a whole
        self.changed = threading.Condition(threading.RLock())
        self.seen = self._look()
        self.is_over, self.pieces_due = False, True
        self._stage(pieces=True)

    # files --------------------------------------------------------------------------------------------------------

    def _look(self) -> dict[Path, tuple[int, int]]:
        """Time stamp and size of every file that a page is made from."""
        files = [path for path in self.reports.rglob("*") if path.is_file() and not path.name.startswith(".")]
        files += [self.build / "figures/digest.txt", self.build / "quality/check_results.csv", *TEMPLATES.iterdir()]
        found = {}
        for path in files:
            try:
                stat = path.stat()
            except OSError:  # an editor is just replacing it
                continue
            found[path] = (stat.st_mtime_ns, stat.st_size)
        return found

    def poll(self) -> list[str]:
        """Look at the files once; render what changed among the open pages. Returns the names of the changed files."""
        now = self._look()
        changed = sorted(path for path in now.keys() | self.seen.keys() if now.get(path) != self.seen.get(path))
        self.seen = now
        if changed:
            with self.changed:
                self.say(f"changed: {', '.join(path.name for path in changed)}")
                self._stage(pieces=any(path.name in PIECES for path in changed))
                for page in self.pages.values():
                    if page.is_open:
                        self._render(page)
                self.changed.notify_all()
        return [path.name for path in changed]

    def _stage(self, *, pieces: bool) -> None:
        """Copy the project and write what it includes. Problems are kept for the pages to show."""
        start = perf_counter()
        self.pieces_due = self.pieces_due or pieces
        try:
            self.staged = copy(self.build, self.reports, self.package, renderer="embedded", stage=STAGE)
            if self.pieces_due:
                write_pieces(self.staged)
                self.pieces_due = False
                self.say(f"charts and tables: {perf_counter() - start:.1f} s")
            write_words(self.staged)
            self.problems = []
        except ToolFailed as error:
            self.problems = [*error.message.splitlines(), error.remedy]
            self.say("\n".join(self.problems))
        except Exception as error:  # a file that is saved half-written must not end the preview
            self.problems = [f"{type(error).__name__}: {error}"]
            self.say(self.problems[0])

    # pages --------------------------------------------------------------------------------------------------------

    def page(self, name: str) -> tuple[bytes, int]:
        """A page or what is wrong with it, and its version. Raises KeyError for an unknown one."""
        with self.changed:
            page = self.pages[name]
            if not page.is_open:
                page.is_open = True
                self._render(page)
            return page.content, page.version

    def _render(self, page: Page) -> None:
        if self.problems or self.staged is None:
            self._show(page, "", _failed(self.problems))
            return
        start = perf_counter()
        try:
            source = self.staged.folder / page.language / f"{page.document}.qmd"
            document = Document(source, fonts=kept(self.staged.folder))
            signature = self._signature(document, page)
            if signature == page.signature:
                return
            content = document.html()
            if document.places.problems:
                raise RenderError(document.places.problems)
        except Exception as error:  # see _stage
            known = error.problems if isinstance(error, RenderError) else [f"{type(error).__name__}: {error}"]
            problems = [str(problem) for problem in known]
            self.say("\n".join(problems))
            self._show(page, "", _failed(problems))
            return
        page.images = document.images
        self._show(page, self._signature(document, page), content)
        self.say(f"{page.name}: {perf_counter() - start:.1f} s")

    def _show(self, page: Page, signature: str, content: bytes) -> None:
        page.signature = signature
        if content != page.content:
            page.content, page.version = content, page.version + 1

    @staticmethod
    def _signature(document: Document, page: Page) -> str:
        """What tells a page from another: all that it is made from, as `document` has read it."""
        return f"{records.inputs(document, ['html'], None)} {records.images(document, page.images)}"

    def wait(self, name: str, version: int, seconds: float) -> bool:
        """Wait until a page has another version than `version`; whether it has."""
        with self.changed:
            if self.pages[name].version == version and not self.is_over:
                self.changed.wait(seconds)
            return self.pages[name].version != version

    def close(self) -> None:
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def index(self) -> bytes:
        """The page with links to all others."""
        links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in self.pages)
        note = "A page reloads when a file of reports/ or the figures change."
        return PAGE.format(title="camket preview", kind="index", items=links, note=note).encode()


def _failed(problems: list[str]) -> bytes:
    items = "".join(f"<li>{escape(line)}</li>" for line in problems if line)
    note = "This page comes back when the files are mended."
    return PAGE.format(title="The report cannot be rendered", kind="failed", items=items, note=note).encode()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 (the name is the library's)
        # A page of the web that resolves its own name to this machine must not read drafts.
        if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
            return self._send(403, b"This preview answers on this machine only.\n", "text/plain")
        url, preview = urlsplit(self.path), self.server.preview
        name = url.path.removeprefix("/")
        if not name:
            return self._send(200, preview.index())
        if name == "events":
            return self._events(preview, parse_qs(url.query))
        if name not in preview.pages:
            return self._send(404, b"There is no such page.\n", "text/plain")
        content, version = preview.page(name)
        head, body, rest = content.rpartition(b"</body>")
        self._send(200, head + RELOAD.format(page=name, version=version).encode() + body + rest)

    def _events(self, preview: Preview, query: dict[str, list[str]]) -> None:
        name, version = query.get("page", [""])[0], query.get("version", [""])[0]
        if name not in preview.pages or not version.isdigit():
            return self._send(404, b"There is no such page.\n", "text/plain")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            while not preview.is_over:
                is_new = preview.wait(name, int(version), 1.0)
                self.wfile.write(b"data: reload\n\n" if is_new else b": still here\n\n")
                self.wfile.flush()
                if is_new:
                    return
        except OSError:  # the browser went away
            return

    def _send(self, status: int, content: bytes, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args) -> None:
        """Silence: the terminal is for what happens to the report."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    preview: Preview


def listen(port: int) -> _Server:
    """A server on the loopback address; port 0 takes any free one. Raises ToolFailed if the port is in use."""
    try:
        return _Server((HOST, port), _Handler)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        reason = "is in use" if error.errno == errno.EADDRINUSE else "may not be used"
        raise ToolFailed(f"port {port} {reason}", "Choose another: make preview PORT=4849.") from error


def serve(server: _Server, preview: Preview) -> None:
    """Serve and watch until interrupted (Ctrl-C)."""
    server.preview = preview
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    pause = threading.Event()
    try:
        while True:
            preview.poll()
            pause.wait(POLL)
    except KeyboardInterrupt:
        pass
    finally:
        preview.close()
        server.shutdown()
        server.server_close()
