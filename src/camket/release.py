"""The release folder: report, data package, figures, check results, and a manifest that lets anyone verify all of it.

``dist/<package>/`` is written beside its final place and moved there whole, so that nobody ever finds half a release.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from camket import dictionary
from camket.build import Edition
from camket.figures import Figures
from camket.files import csv_text, sha256_file, write_atomic
from camket.messages import ToolFailed

RELEASED = (
    "commitments",
    "updates",
    "agency_rounds",
    "agency_reporting",
    "backlog_stocks",
    "backlog_flows",
    "rate_changes",
    "restatements",
    "deadline_changes",
    "slippage",
    "reversals",
    "conflict_pairs",
    "difficulties",
    "difficulty_spells",
    "difficulty_waits",
    "recommendations",
    "escalations",
    "transfers",
    "lag_spells",
    "lag_curves",
    "lag_tests",
    "claims",
    "claim_tests",
    "claim_pairs",
)
TOOLS = (
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "frictionless",
    "great-expectations",
    "pandas",
    "matplotlib",
    "typst",
    "pypandoc-binary",
)


@dataclass
class Summary:
    """What a person wants to know at the end of a build."""

    headline: str
    lines: list[str] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)


def write(edition: Edition, target: Path) -> Summary:
    """Write the release of an edition to ``target`` and return its summary.

    Raises ToolFailed when a step before has not run. An earlier release stays untouched until the new one is complete.
    """
    figures = Figures(edition.build / "figures")
    fresh = target.parent / f".{target.name}.part"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _copy_reports(edition, fresh / "report")
        _write_data(edition, figures, fresh / "data")
        _write_table(figures, dictionary.tables(edition.root)["figures"], fresh / "figures.csv")
        _copy_checks(edition, fresh / "checks")
        manifest = _manifest(edition, figures, fresh)
        _write_readme(edition, fresh)
        manifest["outputs"] = _hashes(fresh)
        write_atomic(fresh / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
        sums = "".join(f"{item['sha256']}  {item['path']}\n" for item in _hashes(fresh))
        write_atomic(fresh / "SHA256SUMS", sums)
        _replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return _summary(edition, figures, target, manifest)


def _replace(fresh: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one: two renames, so the moment without either is short."""
    old = target.parent / f".{target.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _copy_reports(edition: Edition, folder: Path) -> None:
    out = edition.build / "report" / "out"
    produced = sorted(path for path in out.rglob("*") if path.suffix in (".html", ".pdf"))
    if not any(path.parent == out for path in produced):
        raise ToolFailed("there is no rendered report to release", "Run make, which renders it first.")
    for path in produced:
        target = folder / path.relative_to(out)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _write_data(edition: Edition, figures: Figures, folder: Path) -> None:
    folder.mkdir()
    described = dictionary.tables(edition.root)
    resources = []
    for name in RELEASED:
        table = described[name]
        _write_table(figures, table, folder / f"{name}.csv")
        _write_parquet(figures, table, folder / f"{name}.parquet")
        resources.append(_resource(table, folder))
    source = edition.package.descriptor
    package = {
        "$schema": source["$schema"],
        "name": f"{source['name']}-release",
        "title": source["title"],
        "title_vi": source["title_vi"],
        "description": source["description"],
        "description_vi": source["description_vi"],
        "version": source["version"],
        "created": f"{edition.knowledge_date}T00:00:00Z",
        "licenses": source["licenses"],
        "contributors": source["contributors"],
        "sources": [{"title": f"{source['title']} (input package {source['name']})", "version": source["version"]}],
        "camket": _edition(edition),
        "resources": resources,
    }
    write_atomic(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _resource(table: dictionary.Table, folder: Path) -> dict:
    path, parquet = folder / f"{table.name}.csv", folder / f"{table.name}.parquet"
    return {
        "name": table.name,
        "type": "table",
        "title": table.name.replace("_", " "),
        "description": table.description_en,
        "description_vi": table.description_vi,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{sha256_file(path)}",
        "bytes": path.stat().st_size,
        "alternates": [
            {
                "path": parquet.name,
                "mediatype": "application/vnd.apache.parquet",
                "hash": f"sha256:{sha256_file(parquet)}",
                "bytes": parquet.stat().st_size,
            }
        ],
        "schema": dictionary.table_schema(table),
    }


def _released(figures: Figures, table: dictionary.Table) -> pd.DataFrame:
    return figures.table(table.name)[[column.name for column in table.released]]


def _write_table(figures: Figures, table: dictionary.Table, path: Path) -> None:
    frame = _released(figures, table)
    rows = ([_text(value) for value in row] for row in frame.itertuples(index=False, name=None))
    write_atomic(path, csv_text(list(frame.columns), rows))


def _write_parquet(figures: Figures, table: dictionary.Table, path: Path) -> None:
    import pyarrow.parquet as parquet

    columns = [column.name for column in table.released]
    parquet.write_table(parquet.read_table(figures.folder / f"{table.name}.parquet", columns=columns), path)


def _text(value) -> object:
    """A cell as Table Schema writes it: ISO dates, integers without a fraction, nothing for what is missing."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, date):  # datetimes and pandas' timestamps too
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)  # pandas holds integers with gaps as floats
    return bool(value) if type(value).__name__ in ("bool_", "bool") else value


def _copy_checks(edition: Edition, folder: Path) -> None:
    quality = edition.build / "quality"
    if not (quality / "check_results.csv").exists():
        raise ToolFailed("there are no check results to release", "Run make, which runs the checks first.")
    shutil.copytree(quality, folder, ignore=shutil.ignore_patterns(".*", "*.ok"))


def _edition(edition: Edition) -> dict:
    return {
        "package_id": edition.package.package_id,
        "is_demonstration": edition.package.is_demonstration,
        "T": edition.valid_date,
        "K": edition.knowledge_date,
    }


def _manifest(edition: Edition, figures: Figures, fresh: Path) -> dict:
    package = edition.package
    inputs = {package.path} | {file for resource in package.resources.values() for file in resource.files}
    inputs |= {package.root / resource.schema_path for resource in package.resources.values()}
    checks = pd.read_csv(edition.build / "quality" / "check_results.csv", dtype=str, keep_default_na=False)
    renderer = json.loads((edition.build / "report" / "renderer.json").read_text(encoding="utf-8"))
    return {
        "edition": _edition(edition) | {"definition_version": figures.edition["definition_version"]},
        "title": package.title,
        "title_vi": package.title_vi,
        "figures": len(figures.ids()),
        "checks": {result: int(count) for result, count in checks.result.value_counts().sort_index().items()},
        "withheld": _withheld(figures),
        "renderer": renderer,
        "tools": {"camket": version("camket")} | {tool: version(tool) for tool in TOOLS},
        "inputs": [_hash(path, path.relative_to(package.root).as_posix()) for path in sorted(inputs)],
    }


def _withheld(figures: Figures) -> list[dict]:
    """Indicators that were not published, and the rules whose failure withholds them."""
    rows = figures.table("figures")
    named = rows[rows.withheld_by != ""][["indicator", "withheld_by"]].drop_duplicates().sort_values("indicator")
    return [{"indicator": row.indicator, "rules": row.withheld_by.split()} for row in named.itertuples(index=False)]


def _hash(path: Path, name: str) -> dict:
    return {"path": name, "sha256": sha256_file(path), "bytes": path.stat().st_size}


def _hashes(folder: Path) -> list[dict]:
    return [_hash(path, path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*")) if path.is_file()]


def _write_readme(edition: Edition, folder: Path) -> None:
    package = edition.package
    lines = [
        f"# {package.title_vi}",
        "",
        package.description_vi,
        "",
        f"T = {edition.valid_date}, K = {edition.knowledge_date}.",
        "",
        f"# {package.title}",
        "",
        package.descriptor["description"],
        "",
        "- `report/`: báo cáo, tiếng Việt và tiếng Anh / the review, in Vietnamese and English",
        "- `report/scorecards/`: mỗi cơ quan một phiếu PDF, tên tệp là mã cơ quan / a card an agency, by agency id",
        "- `data/`: gói dữ liệu / data package (`datapackage.json`, CSV, Parquet)",
        "- `figures.csv`: mọi số liệu trong báo cáo / every figure of the report",
        "- `checks/`: kết quả kiểm tra / results of the checks",
        "- `manifest.json`, `SHA256SUMS`: `sha256sum -c SHA256SUMS`",
    ]
    write_atomic(folder / "README.md", "\n".join(lines) + "\n")


def _summary(edition: Edition, figures: Figures, target: Path, manifest: dict) -> Summary:
    def rate(figure_id: str) -> str:
        row, value = figures.row(figure_id), figures.value(figure_id)
        if row["withheld_by"]:
            return f"withheld ({row['withheld_by']})"
        fraction = f"{row['numerator']:.0f} / {row['denominator']:.0f}"
        return fraction if value is None else f"{fraction} = {100 * value:.1f} %"

    def count(figure_id: str) -> str:
        row = figures.row(figure_id)
        return f"withheld ({row['withheld_by']})" if row["withheld_by"] else f"{row['numerator']:,.0f}"

    kind = "DEMONSTRATION DATA" if edition.package.is_demonstration else "public record"
    lines = [
        f"{count('signed')} commitments; completed of eligible (R1): {rate('R1')}; of due (R2): {rate('R2')}",
        f"backlog: {count('backlog')} overdue; checks: " + ", ".join(f"{n} {r}" for r, n in manifest["checks"].items()),
        f"{manifest['figures']:,} figures; {len(list(target.rglob('*.*')))} files in {target.name}/",
        f"report rendered by {manifest['renderer']['version']}",
    ]
    reports = sorted((target / "report").iterdir())
    return Summary(
        f"{edition.package.package_id} ({kind}), T = {edition.valid_date}, K = {edition.knowledge_date}", lines, reports
    )
