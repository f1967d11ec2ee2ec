"""The door: one file after another is read and judged against what the package and the files before it say."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from camket.contract.validate import References, validate_table
from camket.files import csv_text
from camket.intake import judge
from camket.intake.interpret import interpret
from camket.intake.ledger import Ledger, Returns, canonical
from camket.intake.model import Outcome, Reading, Received
from camket.intake.read import receive
from camket.intake.register import Record, Register
from camket.intake.titles import Titles
from camket.intake.words import guess, in_the_words_of_a_form, problem
from camket.messages import Problem, ToolFailed, count_by_rule
from camket.package import SUBMISSIONS, Package


class Door:
    """All that is needed to judge files: the package's schema, register, ledger and references. A context manager."""

    def __init__(self, package: Package, outbox: Path):
        self.package = package
        self.outbox = outbox
        self.schema = package.resource(SUBMISSIONS).schema
        self.titles = Titles(self.schema)
        self.register = Register(package)
        self.ledger = Ledger(package)
        self.returns = Returns(outbox)
        self.references = References(package)
        self.originals: dict[str, bytes] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="camket-intake-")

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_exc) -> None:
        self.references.__exit__()
        self._folder.cleanup()

    def judge(self, path: Path, received_at: datetime, sender: str | None = None, *, is_guess: bool = False) -> Outcome:
        """The verdict on one file. An accepted one is entered in the ledger in memory; `changes` has the rest."""
        try:
            item, data = receive(path, received_at, self.titles, sender)
        except OSError as error:
            raise ToolFailed(f"{path.name} cannot be read: {error.strerror or error}", "Check the file.") from error
        if is_guess:
            item.guesses.append(guess("received", received=received_at.isoformat(sep=" ", timespec="seconds")))
        if item.sha256 and (entry := self.ledger.known(item.sha256)):
            later = self.ledger.last(entry["round_id"], entry["agency_id"])
            replaced = [guess("known-replaced", file=entry["file"], later=later["file"])] if later != entry else []
            return Outcome(item, "known", entry=entry, guesses=item.guesses, remarks=replaced)
        if not item.sheets:
            return self._returned(item, None, list(item.problems), None, None)
        reading = interpret(item.sheets[0], item.name, self.titles, self.register.code_lists)
        problems = list(item.problems) + reading.problems
        if not reading.rows:
            return self._returned(item, reading, problems, None, None)
        round_id, agency_id, mixed = judge.identify(reading, item.name)
        problems += mixed
        before = self.ledger.last(round_id, agency_id) if round_id and agency_id else None
        revision = int(before["revision"]) + 1 if before else 1
        problems += self._revision(reading, item.name, revision)
        problems += self._contract(reading, item.name, revision)
        if round_id and agency_id:
            problems += judge.judge(
                reading, item.name, round_id, agency_id, self.register, self.titles, received_at, sender
            )
        if problems:
            return self._returned(item, reading, problems, round_id, agency_id)
        return self._accepted(item, data, reading, round_id, agency_id, before, revision)

    def _accepted(
        self,
        item: Received,
        data: bytes,
        reading: Reading,
        round_id: str,
        agency_id: str,
        before: Record | None,
        revision: int,
    ) -> Outcome:
        if before and before["received_at"] > item.received_at.isoformat(timespec="seconds"):
            # With an earlier time the correction would hide what an edition in between knew.
            note = guess(
                "held-order",
                received=item.received_at.isoformat(sep=" ", timespec="seconds"),
                file=before["file"],
                before=before["received_at"].replace("T", " "),
            )
            return Outcome(item, "held", reading, guesses=item.guesses + reading.guesses, remarks=[note])
        columns, key = list(self.titles.fields), self.schema["primaryKey"]
        if before:
            same = canonical(columns, reading.rows, revision - 1, key)
            if same == self._content(before):
                return Outcome(item, "known", reading, guesses=item.guesses + reading.guesses, entry=before)
        content = canonical(columns, reading.rows, revision, key)
        verdict = "accepted_after_return" if self.returns.returned(round_id, agency_id) else "accepted"
        entry = self.ledger.add(item, round_id, agency_id, content, len(reading.rows), verdict)
        stated = sorted({row["revision"] for row in reading.rows if row.get("revision")})
        if stated and stated != [str(revision)]:
            reading.guesses.append(
                guess(
                    "revision",
                    revision=revision,
                    stated_en=f" (it says {stated[0]})",
                    stated_vi=f" (tệp ghi {stated[0]})",
                )
            )
        self.originals[f"originals/{item.sha256}{item.suffix}"] = data
        self.register.add([row | {"revision": str(revision)} for row in reading.rows], entry)
        remarks = judge.remarks(reading, round_id, agency_id, self.register, item.received_at)
        return Outcome(item, verdict, reading, [], item.guesses + reading.guesses, remarks, entry)

    def _content(self, entry: Record) -> bytes:
        if entry["file"] in self.ledger.contents:
            return self.ledger.contents[entry["file"]]
        path = self.package.folder / entry["file"]
        return path.read_bytes() if path.is_file() else b""

    def _returned(
        self,
        item: Received,
        reading: Reading | None,
        problems: list[Problem],
        round_id: str | None,
        agency_id: str | None,
    ) -> Outcome:
        problems = sorted(dict.fromkeys(problems), key=lambda found: found.sort_key)
        self.returns.add(item, round_id, agency_id, len(problems), list(count_by_rule(problems)))
        guesses = item.guesses + (reading.guesses if reading else [])
        return Outcome(item, "returned", reading, problems, guesses)

    def _revision(self, reading: Reading, file: str, expected: int) -> list[Problem]:
        """A file may leave the number of its revision to the door, or name an earlier one (it is told); not a later."""
        out = []
        stated: str | None = None
        for at, row in enumerate(reading.rows):
            text = row.get("revision", "")
            if not text.isdecimal():
                continue
            stated = stated or text
            place = reading.sheet.place(reading.numbers[at], reading.columns["revision"])
            if text != stated:
                out.append(
                    problem(
                        "mixed-file",
                        file,
                        reading.numbers[at],
                        "revision",
                        text,
                        cell=place,
                        found=text,
                        expected=stated,
                    )
                )
            elif int(text) > expected:
                out.append(
                    problem(
                        "revision-gap",
                        file,
                        reading.numbers[at],
                        "revision",
                        text,
                        cell=place,
                        found=text,
                        expected=expected,
                    )
                )
                break
        return out

    def _contract(self, reading: Reading, file: str, revision: int) -> list[Problem]:
        """The rows against the Table Schema, by the contract step itself, with places in the sender's own file."""
        columns = [name for name in self.titles.fields if name in reading.columns or name == "revision"]
        rows = [row | {"revision": row.get("revision") or str(revision)} for row in reading.rows]
        path = Path(self._folder.name) / "report.csv"
        path.write_text(
            csv_text(columns, ([row.get(name, "") for name in columns] for row in rows)), encoding="utf-8", newline=""
        )
        result = validate_table(path, self.schema, self.references, shown={path: file}, require_rows=True)
        out = []
        for found in result.problems:
            if found.kind == "missing-label":
                continue  # told by the door, by the title that the sender knows
            at = found.row - 2 if found.row and found.row >= 2 else None
            if at is None or at >= len(reading.rows):
                out.append(found)
                continue
            number = reading.numbers[at]
            names = found.column.split(", ") if found.column else [None]
            if (number, None) in reading.asked or any((number, name) in reading.asked for name in names):
                continue
            position = reading.columns.get(names[0]) if names[0] else None
            found = in_the_words_of_a_form(found, self.titles.fields.get(names[0] or ""))
            out.append(replace(found, row=number, cell=reading.sheet.place(number, position)))
        return out

    def changes(self) -> dict[str, bytes]:
        """What the accepted files of this run change in the package's folder."""
        if not self.ledger.contents:
            return {}
        ledger = self.ledger.path.relative_to(self.package.folder).as_posix()
        return self.originals | self.ledger.contents | {ledger: self.ledger.text().encode()}
