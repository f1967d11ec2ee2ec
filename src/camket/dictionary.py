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

CONTRACTS = (
    "models/marts/_marts.yml",
    "models/practice/_practice.yml",
    "models/lags/_lags.yml",
    "models/figures/_figures.yml",
)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
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
    models = [
        (path, model)
        for path in CONTRACTS
        for model in yaml.load((root / path).read_text(encoding="utf-8"), LOADER)["models"]
        if "primary_key" in model.get("config", {}).get("meta", {})
    ]
    known = _raw_fields(root)
    for _, model in models:
        for item in model["columns"]:
            if "description" in item:
                known.setdefault(item["name"], _own_words(item))
    return {model["name"]: _table(model, known, path) for path, model in models}


def _raw_fields(root: Path) -> dict[str, dict]:
    fields: dict[str, dict] = {}
    for path in sorted((root / "schemas").glob("*.json")):
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]:
            fields.setdefault(field["name"], field)
    return fields


def _own_words(item: dict) -> dict:
    """What a column described beside its model means, in the shape of a schema's field."""
    description_vi = item.get("config", {}).get("meta", {}).get("description_vi")
    return {
        "title": item["name"].replace("_", " "),
        "title_vi": (description_vi or "").rstrip("."),
        "description": item["description"],
        "description_vi": description_vi,
    }


def _table(model: dict, known: dict[str, dict], path: str) -> Table:
    meta = model["config"]["meta"]
    return Table(
        name=model["name"],
        description_en=model["description"],
        description_vi=meta["description_vi"],
        primary_key=tuple(meta["primary_key"]),
        columns=tuple(_column(item, known, f"{path}: {model['name']}") for item in model["columns"]),
    )


def _column(item: dict, known: dict[str, dict], where: str) -> Column:
    name = item["name"]
    words = _own_words(item) if "description" in item else known.get(name, {})
    if not words.get("description") or not words.get("description_vi"):
        raise ToolFailed(
            f"{where}.{name} has no description in both languages",
            "Describe it there, or in the schema of the raw table.",
        )
    return Column(
        name=name,
        type="number" if item["data_type"].startswith("decimal") else TYPES[item["data_type"]],
        title_en=words["title"],
        title_vi=words["title_vi"],
        description_en=words["description"],
        description_vi=words["description_vi"],
        categories=tuple(words.get("categories", ())),
        is_released=item.get("config", {}).get("meta", {}).get("released", True),
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
