"""Table Schema → SQL that acquits.

The SQL says of each cell whether it is *surely* right; a record with all cells surely right is done with. The others
are fetched and judged by `cells`, which knows the exact meaning. So a clean file of a million rows never leaves
DuckDB, and a doubtful cell gets the same verdict as Frictionless gives. The rule for every predicate here is
therefore: never acquit wrongly; hand over when in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from camket.contract.cells import FieldReader
from camket.messages import ToolFailed

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
# A pattern made of these pieces means at most as much to RE2 (ASCII \d, no line feed before $) as it does to Python.
_SAFE_PATTERN = re.compile(
    r"(?:[A-Za-z0-9_\-,:/ ^$|.]|\\[dws.\-\\/+*?()\[\]{}|^$]|\((?!\?)|\)|[*+?](?![*+?])"
    r"|\{\d{1,3}(?:,\d{0,3})?\}(?![*+?])"
    r"|\[(?!\^|\[)(?:[A-Za-z0-9_\-,:/ .+*]|\\[dws.\-\\/])+\])*"
)


@dataclass(frozen=True)
class ForeignKey:
    """fields → resource.reference; an empty resource name means the table itself."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class CompiledTable:
    """A schema made ready: readers by field name, keys, and the SQL for a given order of columns."""

    schema: dict[str, Any]
    fields: dict[str, FieldReader]
    primary_key: tuple[str, ...]
    unique: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def name(self) -> str:
        return self.schema.get("name", "table")

    @cached_property
    def own_keys(self) -> tuple[str, ...]:
        """Columns that uniqueness or a foreign key of this table looks at, in schema order."""
        wanted = {*self.primary_key, *self.unique}
        for key in self.foreign_keys:
            wanted.update(key.fields)
            if not key.resource:
                wanted.update(key.reference)
        return tuple(name for name in self.fields if name in wanted)

    def select(self, labels: Sequence[str], keys: Sequence[str], *, extra: bool = False) -> list[str]:
        """The expressions of one scan over columns c1 … cn (in the order of `labels`), all VARCHAR.

        First one canonical text per column of `keys` (NULL where the file lacks it), then `suspect`: NULL for an
        acquitted record, else the list of its cells. `extra` says that a last column `extra` holds surplus cells.
        """
        columns = {label: f"c{number}" for number, label in enumerate(labels, start=1)}
        expressions = [
            f"{self._key(name, columns.get(name))} AS {quote_name('k_' + name)}  -- key {_comment(name)}"
            for name in keys
        ]
        sure = [
            f"{self._sure(label, column, label in keys)}  -- {_comment(label)}" for label, column in columns.items()
        ]
        if not any(self.fields[label].required for label in labels if label in self.fields):
            sure.append(f"NOT ({' AND '.join(self._missing(label, columns[label]) for label in labels)})  -- not blank")
        if extra:
            sure.append("extra IS NULL  -- no surplus cells")
        cells = ", ".join([*columns.values(), *(["extra"] if extra else [])])
        body = "\n    AND ".join(sure)
        expressions.append(f"CASE WHEN {body}\n    THEN NULL ELSE [{cells}] END AS suspect")
        return expressions

    def sql(self, labels: Sequence[str] | None = None, source: str = "records") -> str:
        """The compiled query as a person reads it (for --explain): columns c1 … cn in the order of `labels`."""
        expressions = self.select(labels or tuple(self.fields), self.own_keys)
        return "SELECT\n  " + join_expressions(expressions) + f"\nFROM {source}"

    def _sure(self, label: str, column: str, is_key: bool) -> str:
        if label not in self.fields:
            return f"{column} IS NOT NULL"
        field = self.fields[label]
        if is_key and field.type in ("number", "datetime"):
            # Equal numbers and times have many spellings; `cells` makes the key, so every value has to pass there.
            return f"coalesce({_is_missing(field.missing, column)}, false) AND {acquit(field, column)}"
        return acquit(field, column)

    def _missing(self, label: str, column: str) -> str:
        values = self.fields[label].missing if label in self.fields else {""}
        return _is_missing(values, column)

    def _key(self, name: str, column: str | None) -> str:
        if column is None:
            return "NULL::VARCHAR"
        field = self.fields[name]
        if not field.missing:
            present = f"{column} IS NOT NULL"
        else:
            present = f"NOT {_is_missing(field.missing, column)}"
        if field.type == "string":
            return f"CASE WHEN {present} THEN {column} END"
        if field.type == "boolean":
            # Frictionless lets the false values win where a literal is in both lists.
            return (
                f"CASE WHEN NOT {present} THEN NULL WHEN {column} IN ({_literals(field.false_values)}) THEN 'false' "
                f"WHEN {column} IN ({_literals(field.true_values)}) THEN 'true' END"
            )
        if field.type == "integer":
            value = f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR)"
            return f"CASE WHEN {present} AND {_typed(field, column)} THEN {value} END"
        if field.type == "date":
            return f"CASE WHEN {present} AND {_typed(field, column)} THEN {column} END"
        return "NULL::VARCHAR"  # see `_sure`


def compile_schema(schema: dict[str, Any]) -> CompiledTable:
    """Compile a Table Schema descriptor. Raises ToolFailed for what it cannot treat exactly as Frictionless does."""
    if schema.get("fieldsMatch", "equal") != "equal":
        raise ToolFailed(f"Schema {schema.get('name')}: only fieldsMatch equal is supported", "Use equal.")
    shared = _missing_values(schema.get("missingValues", [""]))
    readers = {}
    for field in schema["fields"]:
        own = _missing_values(field["missingValues"]) if "missingValues" in field else shared
        readers[field["name"]] = FieldReader(field, own)
    if len({name.casefold() for name in readers}) < len(schema["fields"]):
        raise ToolFailed(f"Schema {schema.get('name')}: two fields have the same name but for case", "Rename one.")
    table = CompiledTable(
        schema=schema,
        fields=readers,
        primary_key=_listed(schema.get("primaryKey")),
        unique=tuple(name for name, reader in readers.items() if reader.constraints.get("unique")),
        foreign_keys=tuple(
            ForeignKey(
                _listed(key["fields"]), key["reference"].get("resource", ""), _listed(key["reference"]["fields"])
            )
            for key in schema.get("foreignKeys", [])
        ),
    )
    for name in (*table.primary_key, *(name for key in table.foreign_keys for name in key.fields)):
        if name not in readers:
            raise ToolFailed(f"Schema {table.name}: the key field {name} is not among its fields", "Mend the schema.")
    return table


def acquit(field: FieldReader, column: str) -> str:
    """SQL that is true only if the cell is right (missing and optional, or of its type and within constraints)."""
    missing = _is_missing(field.missing, column)
    holds = " AND ".join(condition for condition in (_typed(field, column), *_constraints(field, column)) if condition)
    if not field.missing:  # nothing counts as missing; a cell that is absent (NULL) is never acquitted
        return f"({holds})" if holds else f"{column} IS NOT NULL"
    if field.required:
        return f"(NOT {missing} AND {holds})" if holds else f"NOT {missing}"
    return f"({missing} OR ({holds}))" if holds else f"{column} IS NOT NULL"


def join_expressions(expressions: Sequence[str]) -> str:
    """Join select expressions with commas, keeping the comma in front of a trailing comment."""
    lines = []
    for number, expression in enumerate(expressions):
        comma = "" if number == len(expressions) - 1 else ","
        head, mark, comment = expression.rpartition("  -- ") if "\n" not in expression else (expression, "", "")
        lines.append(f"{head}{comma}{mark}{comment}" if mark else f"{expression}{comma}")
    return "\n  ".join(lines)


def literal(value: str) -> str:
    """A VARCHAR literal. NUL cannot stand in SQL text."""
    return "'" + value.replace("'", "''").replace("\0", "") + "'"


def quote_name(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _typed(field: FieldReader, column: str) -> str:
    if field.type == "integer":
        # What survives the way to a number and back is plainly written; no regular expression is as fast.
        return f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) = {column}"
    if field.type == "number":
        return f"regexp_full_match({column}, '-?[0-9]{{1,15}}([.][0-9]{{1,15}})?')"
    if field.type == "boolean":
        return f"{column} IN ({_literals((*field.true_values, *field.false_values))})"
    if field.type == "date":
        # Ten bytes: no year beyond 9999, no "infinity", no "(BC)".
        return f"(strlen({column}) = 10 AND CAST(TRY_CAST({column} AS DATE) AS VARCHAR) = {column})"
    if field.type == "datetime":
        return (
            f"(regexp_full_match({column}, '{_DAY}[T ]{_CLOCK}') AND {column} >= '0001' "
            f"AND TRY_CAST(left({column}, 10) AS DATE) IS NOT NULL)"
        )
    return ""


def _constraints(field: FieldReader, column: str) -> list[str]:
    conditions = []
    for name, limit in field.constraints.items():
        if name == "maxLength":
            # Bytes, not characters: never fewer, and known without counting.
            conditions.append(f"strlen({column}) <= {int(limit)}")
        elif name == "minLength":
            conditions.append(f"length({column}) >= {int(limit)}")
        elif name == "pattern":
            if not is_safe_pattern(limit):
                return ["false"]
            conditions.append(f"regexp_full_match({column}, {literal(limit)})")
        elif name == "enum":
            conditions.append(_enum(field, limit, column))
        elif name in _COMPARE:
            conditions.append(_bound(field, name, limit, column))
    return conditions


_COMPARE = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
_CAST = {"integer": "BIGINT", "number": "DECIMAL(38,15)"}


def _bound(field: FieldReader, name: str, limit: Any, column: str) -> str:
    value = field.read(limit)
    if field.type == "date":
        # Plain ISO dates compare as text; a limit before the year 1000 has no four digits and never occurs.
        return f"{column} {_COMPARE[name]} {literal(value.isoformat())}"
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if field.type not in _CAST or not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return "false"
    return f"TRY_CAST({column} AS {_CAST[field.type]}) {_COMPARE[name]} {text}"


def _enum(field: FieldReader, items: Sequence[Any], column: str) -> str:
    # Text equal to a code that its own reader accepts is surely that code; other spellings of it are left to `cells`.
    texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
    values = [field.read(item) for item in items]
    sure = [text for text in texts if field.read(text) is not None and field.read(text) in values]
    return f"{column} IN ({_literals(sure)})" if sure else "false"


def is_safe_pattern(pattern: str) -> bool:
    """Whether a full match by RE2 surely implies a match by Frictionless (see `_SAFE_PATTERN`)."""
    # RE2 refuses large nested repetitions; a group with a counted repeat is not worth the risk.
    if not _SAFE_PATTERN.fullmatch(pattern) or "){" in pattern:
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _is_missing(values, column: str) -> str:
    texts = _literals(sorted(values))
    if not values:
        return f"({column} IS NULL)"
    return f"({column} = {texts})" if len(values) == 1 else f"({column} IN ({texts}))"


def _literals(values) -> str:
    return ", ".join(literal(value) for value in dict.fromkeys(values))


def _missing_values(entries: Sequence[Any]) -> tuple[str, ...]:
    return tuple(entry["value"] if isinstance(entry, dict) else entry for entry in entries)


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _comment(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")
