"""Rows at the bounds of every schema, and rows just beyond them: what STR-01 to STR-04 must find, and nothing else.

Written from the schemas as a person reads them, without camket.checks.structure, which compiles the rules from them.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

SCHEMAS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "schemas").glob("*.json"))
    if file.stem != "parameters"  # read and checked by the engine itself
}
# An accent of its own, and a letter that has another number in normal form.
UNNORMAL = ("e\u0301", "\u212b")
# Of each pattern, strings that keep it and strings that only just break it. A new pattern needs its own here.
EXAMPLES = {
    "^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$": (("a", "Z9_.-", "0" * 40), ("", "-a", "a b", "_a", "a/b")),
    r"^\d{4}-Q[1-4]$": (("2025-Q1", "0000-Q4"), ("2025-Q0", "2025-Q5", "202-Q1", "20255-Q1", "x2025-Q1", "2025-Q1x")),
    r"^[A-Z]{3}-\d{2}/.+$": (("TIM-01/x", "TIM-01//"), ("TIM-01/", "TIM-1/x", "TI-01/x", "tim-01/x")),
    "^(0[1-9]|1[0-3])$": (("01", "09", "10", "13"), ("00", "14", "1", "011", "20")),
    "^[0-9a-f]{64}$": (("0" * 64, "f" * 64), ("0" * 63, "0" * 65, "F" * 64, "g" * 64)),
    r"^[A-Z]{3}-\d{2}$": (("TIM-01",), ("TIM-1", "TIM-0x", "tim-01", "TI1-01")),
    "^[A-Z]{3}$": (("VNM",), ("VN", "VNMX", "vnm")),
    r"^\d{4}(-\d{2}(-\d{2})?)?$": (
        ("2025", "2025-01", "2025-01-31"), ("202", "2025-", "2025-1", "2025-01-3", "2025-01-311"),
    ),
    r"^\d{4}-\d{2}-\d{2}$": (("2025-01-31",), ("2025-1-31", "2025-01-3", "2025-01-311")),
    r"^submissions/\d{4}-Q[1-4]/[A-Za-z0-9_.-]+\.csv$": (
        ("submissions/2025-Q1/MOIT.csv", "submissions/2025-Q4/a_.-.csv"),
        ("submissions/2025-Q5/MOIT.csv", "submissions/2025-Q1/.csv", "submissions/2025-Q1/MOITxcsv", "2025-Q1/M.csv"),
    ),
}  # fmt: skip
REQUIRED, NOT_NFC = "it is required", "it is not Unicode NFC"
BEYOND = {"string": "?", "integer": 1, "number": 1, "boolean": True, "date": "2025-01-01", "datetime": "2025-01-01"}


class Cases:
    """Rows for the staged tables and the findings that they make.

    rows    (table, values by column)
    wanted  how often a finding (object_type, column_name, value, fault_en or row_count) is to be made
    """

    def __init__(self) -> None:
        self.rows: list[tuple[str, dict[str, Any]]] = []
        self.wanted: Counter = Counter()

    def add(self, table: str, row: dict[str, Any], *finding: Any) -> None:
        self.rows.append((table, row))
        if finding:
            self.wanted[(table, *finding)] += 1

    def insert(self, connection) -> None:
        for table, row in self.rows:
            places = ", ".join("?" * len(row))
            connection.execute(f"insert into stg_{table} ({', '.join(row)}) values ({places})", [*row.values()])


def _kept(field: dict[str, Any]) -> list[Any]:
    """Values that the schema allows, at its bounds."""
    constraints = field.get("constraints", {})
    if codes := constraints.get("enum"):
        return list(codes)
    if pattern := constraints.get("pattern"):
        return list(EXAMPLES[pattern][0])
    if field["type"] == "string":
        return ["é" * constraints.get("minLength", 1), "字" * constraints.get("maxLength", 1)]
    bounds = [constraints[name] for name in ("minimum", "maximum") if name in constraints]
    return bounds or [BEYOND[field["type"]]]


def _broken(field: dict[str, Any]) -> list[tuple[Any, str]]:
    """Values just beyond what the schema allows, and what is to be said of each."""
    constraints = field.get("constraints", {})
    values: list[tuple[Any, str]] = []
    if constraints.get("required"):
        values.append((None, REQUIRED))
    if field["type"] == "string" and "enum" not in constraints:
        values += [(text, NOT_NFC) for text in UNNORMAL]
        if most := constraints.get("maxLength"):
            values.append(("0" * (most + 1), f"at most {most} characters"))
        if least := constraints.get("minLength"):
            values.append(("0" * (least - 1), f"at least {least} characters"))
        if pattern := constraints.get("pattern"):
            values += [
                (text, f"it has to match {pattern}")
                for text in EXAMPLES[pattern][1]
                if len(text) <= constraints.get("maxLength", len(text))
            ]
    if "minimum" in constraints:
        values.append((constraints["minimum"] - 1, f"at least {constraints['minimum']}"))
    if "maximum" in constraints:
        values.append((constraints["maximum"] + 1, f"at most {constraints['maximum']}"))
    return values


def _sound(table: str) -> dict[str, Any]:
    return {field["name"]: _kept(field)[0] for field in SCHEMAS[table]["fields"]}


def values() -> Cases:
    """STR-01: each constraint of each column, and two faults in one row."""
    cases = Cases()
    for table, schema in SCHEMAS.items():
        sound = _sound(table)
        required = [f["name"] for f in schema["fields"] if f.get("constraints", {}).get("required")]
        cases.add(table, {name: sound[name] for name in required})
        for field in schema["fields"]:
            name = field["name"]
            for value in _kept(field):
                cases.add(table, sound | {name: value})
            for value, fault in _broken(field):
                cases.add(table, sound | {name: value}, name, value if value is None else str(value), fault)
        for name in required[1:2]:
            cases.add(table, sound | {required[0]: None, name: None}, required[0], None, REQUIRED)
            cases.wanted[table, name, None, REQUIRED] += 1
    return cases


def codes() -> Cases:
    """STR-04: every code of every list, none, and two that are no codes."""
    cases = Cases()
    for table, schema in SCHEMAS.items():
        sound = _sound(table)
        for field in schema["fields"]:
            name, listed = field["name"], field.get("constraints", {}).get("enum")
            for code in [*(listed or ()), None]:
                cases.add(table, sound | {name: code} if listed else sound)
            for wrong in ("", f"{listed[0]}x", listed[-1].upper() + " ") if listed else ():
                cases.add(table, sound | {name: wrong}, name, wrong, "not a code")
    return cases


def keys() -> Cases:
    """STR-02: keys that differ in one column only, keys that stand there twice and three times, and empty ones."""
    cases = Cases()
    for table, schema in SCHEMAS.items():
        fields = {field["name"]: field for field in schema["fields"]}
        names = schema["primaryKey"]
        one, other = ({name: _distinct(fields[name], n) for name in names} for n in (1, 2))
        shown = ", ".join(names)
        cases.add(table, one)
        for name in names:
            cases.add(table, one | {name: other[name]})
            empty = one | {name: None}
            cases.add(table, empty, shown, _joined(empty.values()), 1)
        for number, times in ((3, 2), (4, 3)):
            row = {name: _distinct(fields[name], number) for name in names}
            for _ in range(times):
                cases.add(table, row)
            cases.wanted[table, shown, _joined(row.values()), times] += 1
    return cases


def references() -> Cases:
    """STR-03: nothing, a row that is there, one there twice, and one that is not; a body in and out of its time."""
    cases = Cases()
    targets = {
        (key["reference"]["resource"] or table, *key["reference"]["fields"])
        for table, schema in SCHEMAS.items()
        for key in schema.get("foreignKeys", ())
    }
    day = {"signed_date": "2025-03-01"}  # of no use but to say on which day a lead agency has to exist
    for table, column in sorted(targets):
        for value in ("there", "twice", "twice"):
            cases.add(table, {column: value} | (day if table == "commitments" else {}))
    for table, schema in SCHEMAS.items():
        for key in schema.get("foreignKeys", ()):
            (column,), target = key["fields"], key["reference"]["resource"] or table
            also = day if table == "commitments" else {"from_date": "2025-03-01"} if table == "lead_assignments" else {}
            fault = f"it is not in {target}"
            if also and target == "agencies":
                fault += f", or not valid on {next(iter(also))}"
            for value in (None, "there"):
                cases.add(table, {column: value} | also)
            for value in ("twice", "missing"):
                cases.add(table, {column: value} | also, column, value, fault)
    cases.add("agencies", {"agency_id": "born", "valid_from": "2025-03-01"})
    cases.add("agencies", {"agency_id": "gone", "valid_to": "2025-02-28"})
    for table, column, on in (
        ("commitments", "lead_agency_id", "signed_date"), ("lead_assignments", "agency_id", "from_date"),
    ):  # fmt: skip
        fault = f"it is not in agencies, or not valid on {on}"
        for agency, first, wrong in (("born", "2025-03-01", "2025-02-28"), ("gone", "2025-02-28", "2025-03-01")):
            cases.add(table, {column: agency, on: first})
            cases.add(table, {column: agency, on: wrong}, column, agency, fault)
    # Other bodies may be named whenever: an agency that has ended may have been a participant.
    cases.add("commitment_agencies", {"agency_id": "gone"})
    return cases


ALL = {"STR-01": values, "STR-02": keys, "STR-03": references, "STR-04": codes}


def _distinct(field: dict[str, Any], number: int) -> Any:
    if field["type"] == "date":
        return f"2025-01-0{number}"
    return number if field["type"] == "integer" else f"key{number}"


def _joined(parts) -> str:
    return "/".join(str(part) for part in parts if part is not None)
