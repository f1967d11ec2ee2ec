"""What each column of a released table means: one dictionary, drawn from the models' contracts and the raw schemas.

A column described beside its model has that meaning; any other has the meaning that the schemas of the raw tables give
the same name, because one name has one meaning everywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from camket.messages import ToolFailed

CONTRACTS = ("models/marts/_marts.yml", "models/practice/_practice.yml", "models/lags/_lags.yml", "models/figures/_figures.yml")
TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "datetime",
    "boolean": "boolean",
    "bigint": "integer",
    "integer": "integer",
}


@dataclass(frozen=True)
class Column:
    """One column: type in Table Schema's words, title and description in both languages."""

    name: str
    type: str
    title_en: str
    title_vi: str
    description_en: str
    description_vi: str
    categories: tuple[dict, ...] = ()
    is_released: bool = True


@dataclass(frozen=True)
class Table:
    """One released table with its key and columns."""

    name: str
    description_en: str
    description_vi: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def released(self) -> tuple[Column, ...]:
        """Columns that leave the house; free text of submissions does not."""
        return tuple(column for column in self.columns if column.is_released)


@cache
def tables(root: Path) -> dict[str, Table]:
    """Every table with a key in its contract, by name. Raises ToolFailed for a column that nothing describes."""
    raw = _raw_fields(root)
    found = {}
    for path in CONTRACTS:
        for model in yaml.safe_load((root / path).read_text(encoding="utf-8"))["models"]:
            meta = model.get("config", {}).get("meta", {})
            if "primary_key" in meta:
                found[model["name"]] = Table(
                    name=model["name"],
                    description_en=model["description"],
                    description_vi=meta["description_vi"],
                    primary_key=tuple(meta["primary_key"]),
                    columns=tuple(_column(item, raw, f"{path}: {model['name']}") for item in model["columns"]),
                )
    return found


def _raw_fields(root: Path) -> dict[str, dict]:
    fields: dict[str, dict] = {}
    for path in sorted((root / "schemas").glob("*.json")):
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]:
            fields.setdefault(field["name"], field)
    return fields


def _column(item: dict, raw: dict[str, dict], where: str) -> Column:
    name, meta = item["name"], item.get("config", {}).get("meta", {})
    known = raw.get(name, {})
    description = item.get("description") or known.get("description")
    description_vi = meta.get("description_vi") or known.get("description_vi")
    if not description or not description_vi:
        raise ToolFailed(
            f"{where}.{name} has no description in both languages",
            "Describe it there, or in the schema of the raw table.",
        )
    own = "description" in item
    return Column(
        name=name,
        type="number" if item["data_type"].startswith("decimal") else TYPES[item["data_type"]],
        title_en=name.replace("_", " ") if own else known["title"],
        title_vi=description_vi.rstrip(".") if own else known["title_vi"],
        description_en=description,
        description_vi=description_vi,
        categories=() if own else tuple(known.get("categories", ())),
        is_released=meta.get("released", True),
    )


def table_schema(table: Table) -> dict:
    """Table Schema (Data Package v2) of the released columns of a table."""
    fields = []
    for column in table.released:
        field = {
            "name": column.name,
            "type": column.type,
            "title": column.title_en,
            "title_vi": column.title_vi,
            "description": column.description_en,
            "description_vi": column.description_vi,
        }
        constraints = {"required": True} if column.name in table.primary_key else {}
        if column.categories:
            field["categories"] = list(column.categories)
            constraints["enum"] = [category["value"] for category in column.categories]
        fields.append(field | ({"constraints": constraints} if constraints else {}))
    return {"fields": fields, "missingValues": [""], "primaryKey": list(table.primary_key), "fieldsMatch": "equal"}
