"""Reads the reference tables and this package's own tables of words and weights."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).parent / "data"
DAY = timedelta(days=1)
#: Days on which no office receives anything, beside Saturdays and Sundays.
HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 2))


def rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def day(text: str) -> date | None:
    """A date from ISO text; None from an empty cell."""
    return date.fromisoformat(text) if text else None


def workday(when: date, step: int = 1) -> date:
    """The day itself, or the next (or last) working day."""
    while when.weekday() > 4 or (when.month, when.day) in HOLIDAYS:
        when += DAY * step
    return when


@dataclass(frozen=True)
class Round:
    """One review round of the mechanism, counted from 0."""

    index: int
    round_id: str
    start: date
    cutoff: date
    due: date


class Reference:
    """What the generator knows of the real world: bodies, successions, code lists and rounds."""

    def __init__(self, folder: Path):
        self.agencies = {row["agency_id"]: row for row in rows(folder / "agencies.csv")}
        self.successions = rows(folder / "agency_successions.csv")
        self.partners = {row["partner_id"]: row for row in rows(folder / "partners.csv")}
        self.parent_field = {
            row["field_id"]: row["parent_field_id"] or row["field_id"] for row in rows(folder / "fields.csv")
        }
        self.instruments = [row["instrument_id"] for row in rows(folder / "instruments.csv")]
        mechanism = [
            row
            for row in rows(folder / "review_rounds.csv")
            if row["is_mechanism_round"] == "true" and row["round_id"] <= "2025-Q4"
        ]
        self.rounds = [
            Round(i, row["round_id"], day(row["period_start"]), day(row["data_cutoff"]), day(row["due_date"]))
            for i, row in enumerate(sorted(mechanism, key=lambda r: r["round_id"]))
        ]
        self._handover = {
            (row["predecessor_id"], row["field_id"]): row["successor_id"] for row in rows(DATA / "handover.csv")
        }

    def exists(self, agency_id: str, when: date) -> bool:
        """Whether the body existed on that day."""
        agency = self.agencies[agency_id]
        start, end = day(agency["valid_from"]), day(agency["valid_to"])
        return (start is None or start <= when) and (end is None or when <= end)

    def lives_on(self, agency_id: str) -> bool:
        """Whether the body existed in the whole period."""
        agency = self.agencies[agency_id]
        return not agency["valid_from"] and not agency["valid_to"]

    def kind(self, agency_id: str) -> str:
        """Kind of body."""
        return self.agencies[agency_id]["kind"]

    def successor(self, agency_id: str, field_id: str) -> tuple[str, date] | None:
        """Who takes over the commitments of a body in a field, and from when; None if it lives on.

        Of several successors, ``data/handover.csv`` names the one for a field; otherwise it is the body that
        merged with it, then the one that took over the main part.
        """
        if not self.agencies[agency_id]["valid_to"]:
            return None
        options = {row["successor_id"]: row for row in self.successions if row["predecessor_id"] == agency_id}
        by_field = self._handover.get((agency_id, self.parent_field[field_id])) or self._handover.get(
            (agency_id, field_id)
        )
        merged = [key for key, row in options.items() if row["relation"] in ("merged", "renamed")]
        main = [key for key, row in options.items() if "main part" in row["scope"]]
        chosen = by_field or (merged + main + list(options))[0]
        return chosen, day(options[chosen]["operational_date"])


class Words:
    """Words and weights of the package's own tables."""

    def __init__(self) -> None:
        self.mix: dict[str, list[tuple[str, int]]] = {}
        for row in rows(DATA / "mix.csv"):
            self.mix.setdefault(row["kind"], []).append((row["id"], int(row["weight"])))
        self.subjects = self._grouped("subjects.csv", "field_id")
        self.titles = self._grouped("titles.csv", "instrument_id")
        self.leads = self._grouped("leads.csv", "field_id")
        self.narratives = self._grouped("narratives.csv", "stage")
        self.reasons = self._grouped("reasons.csv", "kind")
        self.difficulties = rows(DATA / "difficulties.csv")
        self.published_figures = rows(DATA / "published_figures.csv")

    @staticmethod
    def _grouped(name: str, key: str) -> dict[str, list[dict[str, str]]]:
        result: dict[str, list[dict[str, str]]] = {}
        for row in rows(DATA / name):
            result.setdefault(row[key], []).append(row)
        return result
