"""Findings and verdicts → problems that a person can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from camket.contract.cells import FieldReader, Verdict
from camket.contract.compile import CompiledTable
from camket.contract.keys import nearest
from camket.contract.load import Loaded, Part
from camket.contract.scan import Finding
from camket.contract.words import form_slots, problem, suggestion_slots, type_slots
from camket.messages import Problem

_SHOWN = 40  # characters of a limit or code list in a sentence before it is cut


class Collector:
    """Gathers problems, at most `limit` of one kind in one column of one file; the rest is counted and said so."""

    def __init__(self, limit: int):
        self.limit = limit
        self.problems: list[Problem] = []
        self._counts: Counter[tuple] = Counter()
        self._last: dict[tuple, Problem] = {}

    def add(self, item: Problem) -> None:
        group = (item.file, item.rule, item.kind, item.column)
        self._counts[group] += 1
        if self._counts[group] <= self.limit:
            self.problems.append(item)
        else:
            self._last[group] = item

    def extend(self, items: Iterator[Problem]) -> None:
        for item in items:
            self.add(item)

    @property
    def omitted(self) -> int:
        return sum(self._counts[group] - self.limit for group in self._last)

    def finish(self) -> list[Problem]:
        """All problems in order of file, row and column, then one line for each group that was cut."""
        cut = []
        for group, last in self._last.items():
            more = self._counts[group] - self.limit
            cut.append(
                Problem(
                    rule=last.rule,
                    file=last.file,
                    column=last.column,
                    message_en=f"… and {more} more rows: {last.message_en}",
                    message_vi=f"… và {more} dòng khác: {last.message_vi}",
                    remedy_en=last.remedy_en,
                    remedy_vi=last.remedy_vi,
                    kind="omitted",
                )
            )
        return sorted(self.problems, key=lambda item: item.sort_key) + cut


def of_scan(part: Part, compiled: CompiledTable, *, require_rows: bool) -> Iterator[Problem]:
    """Problems of the file as bytes and of its header."""
    labels = part.scan.labels
    for finding in part.scan.findings:
        yield _of_finding(part.file, labels, finding)
    if part.start is None:
        return
    expected = list(compiled.fields)
    for position, label in enumerate(labels):
        if label not in compiled.fields:
            if label:
                near = nearest(label, [name for name in expected if name not in labels])
                yield problem("extra-label", part.file, 1, label, label, **suggestion_slots(near))
            else:
                yield problem("blank-label", part.file, 1, None, None, detail=position + 1)
    for name in expected:
        if name not in labels:
            yield problem("missing-label", part.file, 1, name)
    if require_rows and not part.scan.records and not part.scan.findings:
        yield problem("header-only", part.file, 1)


def of_row(
    table: Loaded, part: Part, row: int, cells: Sequence[str | None], verdicts: Sequence[Verdict]
) -> Iterator[Problem]:
    """Problems of one record; surplus cells are told once, with the cells as the value."""
    labels = part.scan.labels
    surplus = [verdict.position for verdict in verdicts if verdict.kind == "extra-cell"]
    for verdict in verdicts:
        if verdict.position is None:
            yield problem("blank-row", part.file, row)
        elif verdict.kind == "extra-cell":
            if verdict.position == surplus[0]:
                rest = ", ".join(str(cell) for cell in cells[surplus[0] :])
                yield problem("extra-cell", part.file, row, None, rest)
        else:
            label = labels[verdict.position]
            value = cells[verdict.position] if verdict.position < len(cells) else None
            if verdict.kind == "missing-cell":
                yield problem("missing-cell", part.file, row, label)
            else:
                yield _of_cell(table.compiled, part.file, row, table.compiled.fields[label], value, verdict)


def _of_finding(file: str, labels: Sequence[str], finding: Finding) -> Problem:
    column = None
    if finding.position is not None and finding.position < len(labels) and finding.row != 1:
        column = labels[finding.position]
    detail = finding.detail
    if finding.kind == "duplicate-label":
        detail = finding.value or ""
    if finding.kind == "encoding-error" and finding.value:
        # The first bytes that are wrong, and in how many rows there are such bytes.
        return problem("encoding-error", file, finding.row, detail=f"{detail} × {finding.value}")
    return problem(finding.kind, file, finding.row, column, finding.value, detail=detail)


def _of_cell(
    compiled: CompiledTable, file: str, row: int, field: FieldReader, value: str | None, verdict: Verdict
) -> Problem:
    if verdict.kind in ("type-error", "not-plain"):
        return problem(verdict.kind, file, row, field.name, value, **type_slots(field.type))
    name = verdict.constraint
    limit = field.constraints[name]
    slots: dict[str, object] = {"limit": limit}
    if name == "required":
        described = next(item for item in compiled.schema["fields"] if item["name"] == field.name)
        slots |= {
            "description_en": described.get("description", field.name),
            "description_vi": described.get("description_vi", field.name),
        }
    elif name == "enum":
        codes = [str(code) for code in limit]
        slots = {"limit": ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")}
        slots |= suggestion_slots(nearest(value or "", codes))
    elif name == "pattern":
        slots = form_slots(limit)
    elif name == "maxLength":
        slots["length"] = len(value or "")
    return problem(name, file, row, field.name, value, error="constraint-error", **slots)
