"""The rules on structure, compiled from `schemas/*.json`: keys, foreign keys, enumerations and patterns have one home.

The door (intake, contract) has checked the files already. These rules ask the same of the tables that dbt staged from
them, so that nothing can slip in between, and so that an auditor finds structure among the other checks.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from camket.messages import ToolFailed

COMPILED = ("STR-01", "STR-02", "STR-03", "STR-04")
# dbt merges these two files into the table `parameters`, which the engine reads and checks itself.
_NOT_STAGED = {"parameters"}
# Staging keeps file and row of what agencies and the register say; of these tables it keeps only what they hold.
_FILES = {"activities": "activities.csv", "published_figures": "claims/published_figures.csv"}
_FILES["submission_ledger"] = "submission_ledger.csv"
_REFERENCE = {
    "agencies", "agency_successions", "difficulty_codes", "fields", "instruments", "partners", "provinces",
    "review_rounds", "terms",
}  # fmt: skip
# Letters that are NFC in whatever order they stand, Vietnamese ones among them: text of these alone is not normalised,
# which takes ten times as long as to look. What else there may be is normalised and compared.
PLAIN = ((0x00, 0x2FF), (0x1E00, 0x1EFF), (0x2002, 0x20CF))
_PLAIN_TEXT = "[" + "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in PLAIN) + "]*"
# The day on which the body that a row names has to exist.
_VALID_ON = {("commitments", "lead_agency_id"): "signed_date", ("lead_assignments", "agency_id"): "from_date"}


def compile_rule(rule_id: str, project_root: Path) -> tuple[str, str]:
    """(query of the failing rows, query of the number of rows examined) of one rule of COMPILED.

    Raises ToolFailed if a schema is missing or not JSON.
    """
    schemas = load_schemas(project_root)
    if rule_id == "STR-02":
        parts = [_keys(name, schema) for name, schema in schemas.items()]
    elif rule_id == "STR-03":
        parts = [part for name, schema in schemas.items() for part in _references(name, schema, schemas)]
    else:
        test = _faults if rule_id == "STR-01" else _code_faults
        parts = [part for name, schema in schemas.items() if (part := _values(name, schema, test))]
    counts = [f"(select count(*) from stg_{name})" for name in schemas]
    return "\nunion all\n".join(parts), "select " + " + ".join(counts)


@cache
def load_schemas(project_root: Path) -> dict[str, dict[str, Any]]:
    """The Table Schemas of all staged tables by name. Raises ToolFailed if there is none or one is not JSON."""
    schemas = {}
    for file in sorted((project_root / "schemas").glob("*.json")):
        try:
            schema = json.loads(file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ToolFailed(f"schemas/{file.name} is not JSON: {error}", "Mend the schema.") from error
        if file.stem not in _NOT_STAGED:
            schemas[file.stem] = schema
    if not schemas:
        raise ToolFailed("schemas/ holds no Table Schema", "Restore the folder schemas.")
    return schemas


def _values(name: str, schema: dict[str, Any], test) -> str:
    """Failing cells of one table; "" if nothing is asked of any of its columns."""
    tests = [(field["name"], cases) for field in schema["fields"] if (cases := test(field))]
    if not tests:
        return ""
    structs = ",\n    ".join(
        f"{{'column_name': '{column}', 'value': cast({column} as varchar), 'fault': {_case(cases)}}}"
        for column, cases in tests
    )
    # Most rows have no fault: only the others are worth a list of their cells.
    any_fault = "\n    or ".join(condition for _, cases in tests for condition, _, _ in cases)
    return (
        f"select {_fixed(name, schema)}, problem.column_name, problem.value,\n"
        f"  problem.fault[1] as fault_en, problem.fault[2] as fault_vi\n"
        f"from (\n  select *, unnest(list_filter([\n    {structs}\n  ], lambda x: x.fault is not null)) as problem\n"
        f"  from stg_{name}\n  where {any_fault}\n)"
    )


def _faults(field: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Which constraints of the schema a cell may break: a condition, and what to say of it in both languages."""
    name, constraints = field["name"], field.get("constraints", {})
    cases = []
    if constraints.get("required"):
        cases.append((f"{name} is null", "it is required", "bắt buộc phải có"))
    if field["type"] == "string":
        test = f"nfc_normalize({name}) <> {name}"
        if not constraints.keys() & {"pattern", "enum"}:
            test = f"not regexp_full_match({name}, {_text(_PLAIN_TEXT)}) and {test}"
        cases.append((test, "it is not Unicode NFC", "không ở dạng Unicode NFC"))
        if least := constraints.get("minLength"):
            cases.append((f"length({name}) < {least}", f"at least {least} characters", f"ngắn nhất {least} ký tự"))
        if most := constraints.get("maxLength"):
            cases.append((f"length({name}) > {most}", f"at most {most} characters", f"dài nhất {most} ký tự"))
        if pattern := constraints.get("pattern"):
            test = f"not regexp_full_match({name}, {_text(pattern)})"
            cases.append((test, f"it has to match {pattern}", f"phải theo mẫu {pattern}"))
    if "minimum" in constraints:
        least = constraints["minimum"]
        cases.append((f"{name} < {least}", f"at least {least}", f"ít nhất {least}"))
    if "maximum" in constraints:
        most = constraints["maximum"]
        cases.append((f"{name} > {most}", f"at most {most}", f"nhiều nhất {most}"))
    return cases


def _code_faults(field: dict[str, Any]) -> list[tuple[str, str, str]]:
    codes = field.get("constraints", {}).get("enum")
    if not codes:
        return []
    listed = ", ".join(_text(str(code)) for code in codes)
    return [(f"cast({field['name']} as varchar) not in ({listed})", "not a code", "không phải mã")]


def _keys(name: str, schema: dict[str, Any]) -> str:
    """Keys of one table that are empty or stand there more than once: one row a key."""
    keys = schema["primaryKey"]
    empty = " or ".join(f"{key} is null" for key in keys)
    inner = f"select *, count(*) over (partition by {', '.join(keys)}) as times from stg_{name}"
    order = "source_file desc, source_row desc" if name not in _REFERENCE and name not in _FILES else "1"
    return (
        f"select {_fixed(name, schema)}, '{', '.join(keys)}' as column_name, {_object(schema)} as value,\n"
        f"  times as row_count\n"
        f"from ({inner}) where times > 1 or {empty}\n"
        f"qualify row_number() over (partition by {', '.join(keys)} order by {order}) = 1"
    )


def _references(name: str, schema: dict[str, Any], schemas: dict[str, dict[str, Any]]):
    """Yield, for each foreign key, the rows that point at nothing, or at a body that did not exist on the row's day."""
    for key in schema.get("foreignKeys", []):
        target = key["reference"]["resource"] or name
        pairs = list(zip(key["fields"], key["reference"]["fields"], strict=True))
        column = ", ".join(own for own, _ in pairs)
        matches = " and ".join(f"t.{other} = s.{own}" for own, other in pairs)
        fault_en, fault_vi, found = f"it is not in {target}", f"không có trong {target}", ""
        day = _VALID_ON.get((name, column))
        if day and "valid_to" in {field["name"] for field in schemas[target]["fields"]}:
            found = f" and s.{day} between coalesce(t.valid_from, s.{day}) and coalesce(t.valid_to, s.{day})"
            fault_en += f", or not valid on {day}"
            fault_vi += f", hoặc không còn hiệu lực vào {day}"
        value = " || '/' || ".join(f"cast({own} as varchar)" for own, _ in pairs)
        yield (
            f"select {_fixed(name, schema)}, '{column}' as column_name, {value} as value,\n"
            f"  {_text(fault_en)} as fault_en, {_text(fault_vi)} as fault_vi\n"
            f"from stg_{name} as s\n"
            f"where {' and '.join(f's.{own} is not null' for own, _ in pairs)}\n"
            f"  and (select count(*) from stg_{target} as t where {matches}{found}) <> 1"
        )


def _fixed(name: str, schema: dict[str, Any]) -> str:
    """The fixed columns that say where a row stands."""
    columns = {field["name"] for field in schema["fields"]}
    agency = next((c for c in ("agency_id", "lead_agency_id") if c in columns), None)
    if name in _REFERENCE:
        place = f"'reference/{name}.csv' as file, null as row"
    elif name in _FILES:
        place = f"'{_FILES[name]}' as file, null as row"
    else:
        place = "source_file as file, source_row as row"
    return (
        f"'{name}' as object_type, {_object(schema)} as object_id,\n"
        f"  {'commitment_id' if 'commitment_id' in columns else 'null'} as commitment_id, "
        f"{agency or 'null'} as agency_id, {'round_id' if 'round_id' in columns else 'null'} as round_id,\n  {place}"
    )


def _object(schema: dict[str, Any]) -> str:
    return "concat_ws('/', " + ", ".join(f"cast({key} as varchar)" for key in schema["primaryKey"]) + ")"


def _case(cases: list[tuple[str, str, str]]) -> str:
    return "case " + " ".join(f"when {test} then [{_text(en)}, {_text(vi)}]" for test, en, vi in cases) + " end"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
