"""What the register knows when a report comes in, read straight from the raw tables.

The models compute the same things for figures, as of any pair of dates; here only the newest state counts, for one
question: can this row be right? The door must work before anything is built.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from camket.intake.titles import plain
from camket.package import LEDGER, Package

Record = dict[str, str]


def read_rows(path: Path) -> list[Record]:
    """A raw table as texts. Raw tables have passed the contract; a missing file is an empty table."""
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True, slots=True)
class Report:
    """One row of an accepted submission, with when its file was received and under which name it lies."""

    values: Record
    received_at: str
    file: str

    @property
    def order(self) -> tuple:
        return (self.values["as_of_date"], self.received_at, int(self.values["revision"] or 1))


class Register:
    """The raw tables of a package, and the reports that no later file has replaced."""

    def __init__(self, package: Package):
        self.package = package
        self.agencies = {row["agency_id"]: row for row in self._table("agencies")}
        self.rounds = {row["round_id"]: row for row in self._table("review_rounds")}
        self.commitments = {row["commitment_id"]: row for row in self._table("commitments")}
        self.partners = {row["partner_id"]: row for row in self._table("partners")}
        self.difficulties = {row["difficulty_code"]: row for row in self._table("difficulty_codes")}
        self.exits = {row["commitment_id"]: row for row in self._table("commitment_exits")}
        self.co_leads = {
            (row["commitment_id"], row["agency_id"])
            for row in self._table("commitment_agencies")
            if row["role"] == "co_lead"
        }
        self._assignments: dict[str, list[Record]] = defaultdict(list)
        for row in self._table("lead_assignments"):
            self._assignments[row["commitment_id"]].append(row)
        self.reports: dict[str, list[Report]] = defaultdict(list)
        self._read_reports()

    def _table(self, name: str) -> list[Record]:
        if name not in self.package.resources:
            return []
        return read_rows(self.package.resource(name).file)

    def _read_reports(self) -> None:
        ledger = self._table(LEDGER)
        replaced = {entry["supersedes"] for entry in ledger}
        for entry in ledger:
            if entry["file"] not in replaced:
                self.add(read_rows(self.package.folder / entry["file"]), entry)

    def add(self, rows: list[Record], entry: Record) -> None:
        """Take over the rows of a file that was accepted, in place of those of the file that it replaces."""
        if before := entry["supersedes"]:
            for reports in self.reports.values():
                reports[:] = [report for report in reports if report.file != before]
        for row in rows:
            self.reports[row["commitment_id"]].append(Report(row, entry["received_at"], entry["file"]))

    @cached_property
    def progress_tolerance(self) -> int:
        """Percentage points by which progress may fall without a reason."""
        rows = {row["parameter_id"]: row["value"] for row in self._table("parameters")}
        rows |= {row["parameter_id"]: row["value"] for row in self._table("package_parameters")}
        return int(rows.get("progress_tolerance_pp") or 5)

    def agency_name(self, agency_id: str, language: str) -> str:
        """Name and code of an agency, for a sentence."""
        row = self.agencies.get(agency_id)
        return f"{row[f'name_{language}']} ({agency_id})" if row else agency_id

    def lead(self, commitment_id: str, day: str) -> str:
        """Who leads a commitment on a day: the last assignment up to then, else the lead of the day of signing."""
        past = [row for row in self._assignments[commitment_id] if row["from_date"] <= day]
        if past:
            return max(past, key=lambda row: (row["from_date"], row["agency_id"]))["agency_id"]
        return self.commitments[commitment_id]["lead_agency_id"]

    def leads_ever(self, commitment_id: str) -> set[str]:
        """All agencies that have led a commitment: their reports make one line."""
        return {self.commitments[commitment_id]["lead_agency_id"]} | {
            row["agency_id"] for row in self._assignments[commitment_id]
        }

    def handed_over(self, commitment_id: str, agency_id: str, day: str) -> Record | None:
        """The assignment by which an earlier lead lost a commitment, if it was one."""
        if agency_id not in self.leads_ever(commitment_id):
            return None
        past = [row for row in self._assignments[commitment_id] if row["from_date"] <= day]
        return max(past, key=lambda row: row["from_date"]) if past else None

    @cached_property
    def _successions(self) -> dict[str, list[Record]]:
        successions = defaultdict(list)
        for row in self._table("agency_successions"):
            successions[row["predecessor_id"]].append(row)
        return successions

    def successors(self, agency_id: str) -> list[str]:
        """The bodies that took over from an agency, in the order of the table, each once."""
        return list(dict.fromkeys(row["successor_id"] for row in self._successions.get(agency_id, ())))

    def previous(self, commitment_id: str, agency_id: str, round_id: str, as_of: str) -> Report | None:
        """The report before this one in the same line: of any lead for a lead, of the agency itself for a co-lead."""
        line = self.leads_ever(commitment_id)
        if agency_id not in line:
            line = {agency_id}
        earlier = [
            report
            for report in self.reports[commitment_id]
            if report.values["agency_id"] in line
            and (report.values["agency_id"], report.values["round_id"]) != (agency_id, round_id)
            and report.values["as_of_date"] <= as_of
        ]
        return max(earlier, key=lambda report: report.order, default=None)

    def open_commitments(self, agency_id: str, round_id: str) -> Iterator[tuple[Record, str]]:
        """What an agency is asked about in a round: (commitment, role), as lead or co-lead on the cut-off.

        Left out are commitments that have left the register by then, and those that a report of an earlier round
        called completed or withdrawn.
        """
        cutoff = self.rounds[round_id]["data_cutoff"]
        for commitment_id, row in self.commitments.items():
            if row["signed_date"] > cutoff or row["recorded_date"] > cutoff:
                continue
            gone = self.exits.get(commitment_id)
            if gone and gone["exit_date"] <= cutoff:
                continue
            if self.lead(commitment_id, cutoff) == agency_id:
                role = "lead"
            elif (commitment_id, agency_id) in self.co_leads:
                role = "co_lead"
            else:
                continue
            last = self.last_report(commitment_id, agency_id, round_id)
            if last is None or last.values["status"] not in ("completed", "withdrawn"):
                yield row, role

    def last_report(self, commitment_id: str, agency_id: str, round_id: str) -> Report | None:
        """The last report of the line from a round before this one."""
        line = self.leads_ever(commitment_id)
        line = line if agency_id in line else {agency_id}
        earlier = [
            report
            for report in self.reports[commitment_id]
            if report.values["agency_id"] in line and report.values["round_id"] < round_id
        ]
        return max(earlier, key=lambda report: report.order, default=None)

    def reporting_agencies(self, round_id: str) -> list[str]:
        """Agencies that lead at least one open commitment on the cut-off of a round."""
        cutoff = self.rounds[round_id]["data_cutoff"]
        leads = {self.lead(commitment_id, cutoff) for commitment_id in self.commitments}
        return sorted(
            agency for agency in leads if any(role == "lead" for _, role in self.open_commitments(agency, round_id))
        )

    def context(self, commitment_id: str) -> dict[str, str]:
        """What the columns of information of the template say of a commitment."""
        row = self.commitments[commitment_id]
        partner = self.partners.get(row["partner_id"], {})
        return {
            "title": row["title_vi"] or row["title_en"],
            "partner": partner.get("name_vi") or partner.get("name_en") or row["partner_id"],
            "signed_date": row["signed_date"],
            "due_date": row["due_date"],
        }

    @cached_property
    def code_lists(self) -> dict[str, dict[str, str]]:
        """Words that may be written for codes that other tables define: field → plain word → code."""
        difficulties: dict[str, str] = {}
        for code, row in self.difficulties.items():
            for words in (
                code,
                row["name_en"],
                row["name_vi"],
                *(f"{code} · {row[n]}" for n in ("name_vi", "name_en")),
            ):
                difficulties[plain(words)] = code
        names: dict[str, str] = {}
        shared = set()
        for agency_id, row in self.agencies.items():
            for words in {plain(row["name_en"]), plain(row["name_vi"])} - {""}:
                if words in names:
                    shared.add(words)  # a body and its successor of the same name: only the code tells them apart
                names[words] = agency_id
        agencies = {words: code for words, code in names.items() if words not in shared}
        agencies |= {plain(agency_id): agency_id for agency_id in self.agencies}
        return {"difficulty_code": difficulties, "agency_id": agencies}
