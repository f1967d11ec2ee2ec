"""The door from the models to everything that shows numbers.

``export`` copies the figures table, the names of its members and the released marts out of the database, as Parquet
files in ``build/<package>/figures/``; ``Figures`` reads them. Reports and the release read nothing else, and compute
nothing.
"""

from __future__ import annotations

from collections.abc import KeysView
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from camket.files import sha256_file, write_if_changed
from camket.messages import ToolFailed

# Tables that leave the database, with the columns that put their rows in one order.
EXPORTED = {
    "figures": "figure_id",
    "labels": "dimension, member",
    "indicators": "indicator",
    "parameters": "parameter_id",
    "editions": "valid_date",
    "commitments": "commitment_id",
    "commitment_dimensions": "commitment_id, dimension",
    "updates": "commitment_id, reporting_line, line_position",
    "agency_rounds": "round_id, agency_id",
    "claims": "claim_id",
    "claim_tests": "claim_id, scope_id",
    "claim_pairs": "relation, claim_id, other_claim_id, third_claim_id",
    "backlog_stocks": "valid_date",
    "backlog_flows": "to_date, commitment_id, movement",
    "rate_changes": "rate, commitment_id, cause",
    "restatements": "figure_id",
    "lag_spells": "event, series, commitment_id",
    "difficulty_spells": "commitment_id, spell_number",
    "difficulty_waits": "event, commitment_id, spell_number",
    "lag_curves": "event, series, stratum, time_days",
    "lag_tests": "event, comparison",
    "deadline_changes": "commitment_id, change_number",
    "slippage": "commitment_id",
    "reversals": "commitment_id, round_id",
    "conflict_pairs": "commitment_id, reporting_line, other_reporter_id",
    "difficulties": "commitment_id",
    "recommendations": "commitment_id, round_id, agency_id",
    "agency_reporting": "agency_id",
    "escalations": "list_position",
    "round_items": "round_id, commitment_id",
    "transfers": "commitment_id, from_date",
    "succession_pairs": "lead_agency_id_as_was, lead_agency_id_as_now",
    "succession_totals": "agency_id",
    "narrative_runs": "commitment_id",
    "key_projects": "commitment_id",
    "required_contents": "commitment_id, content",
    "release_calendar": "valid_date, round_id",
}


def export(database: Path, folder: Path) -> list[Path]:
    """Write each exported table as Parquet, sorted; a table whose content is unchanged keeps its file and time stamp.

    Returns the files that changed.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set threads = 1")  # one thread writes row groups in one order: same rows, same bytes
        for table, order in EXPORTED.items():
            fresh = folder / f".{table}.part"
            connection.execute(f"copy (select * from {table} order by {order}) to '{fresh}' (format parquet)")
            target = folder / f"{table}.parquet"
            if write_if_changed(target, fresh.read_bytes()):
                changed.append(target)
            fresh.unlink()
    digest = "".join(f"{sha256_file(folder / f'{table}.parquet')}  {table}\n" for table in EXPORTED)
    write_if_changed(folder / "digest.txt", digest)
    return changed


class Figures:
    """Exported figures and tables of one edition.

    Look-ups raise ToolFailed for an unknown figure, table or name, because a report that prints a wrong thing is worse
    than one that stops.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._read_since: set[str] = set()

    def table(self, name: str) -> pd.DataFrame:
        """A released table, sorted by its key. Strings stay strings; decimals are Decimal."""
        path = self.folder / f"{name}.parquet"
        if name not in EXPORTED or not path.exists():
            raise ToolFailed(
                f"no exported table is named {name!r}", f"One of: {', '.join(EXPORTED)}. Run make figures first."
            )
        return self._read(name)

    def records(self, name: str) -> list[dict]:
        """The rows of a released table as dictionaries, made once; not to be changed."""
        if name not in self._records:
            # Column by column: to_dict asks for strings one by one, which takes six times as long.
            table, names = self.table(name), list(self.table(name))
            columns = [table[column].to_numpy(dtype=object).tolist() for column in names]
            self._records[name] = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        return self._records[name]

    def read_all(self) -> None:
        """Read everything that is there, so that a forked process finds it in memory."""
        for name in EXPORTED:
            if (self.folder / f"{name}.parquet").exists():
                self._read(name)
        self.ids()

    def _read(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            self._tables[name] = pd.read_parquet(self.folder / f"{name}.parquet")
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def _records(self) -> dict[str, list[dict]]:
        return {}

    @cached_property
    def _rows(self) -> dict[str, dict]:
        return {row["figure_id"]: row for row in self.records("figures")}

    @cached_property
    def _members(self) -> dict[tuple[str, str], pd.DataFrame]:
        return dict(iter(self.table("figures").groupby(["indicator", "dimension"], observed=True)))

    @cached_property
    def names(self) -> dict[tuple[str, str], tuple[str, str]]:
        """English and Vietnamese name by dimension and member."""
        labels = self.table("labels")
        return {(row.dimension, row.member): (row.name_en, row.name_vi) for row in labels.itertuples(index=False)}

    @cached_property
    def edition(self) -> dict:
        """valid_date (T), knowledge_date (K) and definition_version."""
        return self.table("editions").to_dict("records")[0]

    @cached_property
    def checks(self) -> dict[str, str]:
        """Rules that each indicator stands on, divided by spaces."""
        return {row["indicator"]: row["checks"] or "" for row in self._rows.values()}

    def ids(self) -> KeysView[str]:
        """Every figure id of the edition."""
        return self._rows.keys()

    def row(self, figure_id: str) -> dict:
        """One figure with all its columns: value (Decimal or None), numerator, denominator, bounds, checks, row set."""
        if figure_id not in self._rows:
            raise ToolFailed(f"unknown figure {figure_id!r}", "See figures.csv for the ids that exist.")
        row = self._rows[figure_id]
        self._read_since.add(row["indicator"])
        return row

    def take_read(self) -> list[str]:
        """Indicators whose figures were looked up since the last call: what a table just made stands on."""
        taken, self._read_since = sorted(self._read_since), set()
        return taken

    def value(self, figure_id: str) -> Decimal | None:
        """Value of one figure, exact; None where there is nothing to divide by."""
        value = self.row(figure_id)["value"]
        return None if pd.isna(value) else value

    def by(self, indicator: str, dimension: str) -> pd.DataFrame:
        """All members of a dimension for one indicator, in the order of figure ids."""
        none = self.table("figures").head(0)
        found = self._members.get((indicator, dimension), none).reset_index(drop=True)
        self._read_since.update(found["indicator"].head(1))
        return found

    def label(self, dimension: str, member: str, language: str) -> str:
        """Name of a member in 'vi' or 'en'. Raises ToolFailed where there is none: a missing name is an error."""
        if (dimension, member) not in self.names:
            raise ToolFailed(
                f"no name for {dimension} = {member!r}",
                "Add it to the code list, the schema or raw/reference/terms.csv.",
            )
        return self.names[dimension, member][0 if language == "en" else 1]
