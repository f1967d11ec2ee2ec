"""Time and memory of the contract step beside Frictionless, on files like an agency's submission.

    python bench/contract.py            10 k, 100 k and 1 M rows; some six minutes, most of it Frictionless'
    python bench/contract.py --quick    Frictionless not at 1 M
    python bench/contract.py --dirty    one row in a hundred has a fault

Each measurement is a process of its own, so that peak memory is its own; the time is of validation alone, without
imports. The schema is schemas/progress_updates.json with its four foreign keys. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NARRATIVES = (
    "Đã hoàn thành rà soát các điều khoản, đang lấy ý kiến các bộ, ngành",
    "Hai bên đã thống nhất kế hoạch triển khai giai đoạn 2",
    "Đang chờ phía đối tác hoàn tất thủ tục phê duyệt nội bộ; dự kiến xong trong quý tới",
    "Tổ công tác liên ngành họp lần 3, đã trình Thủ tướng Chính phủ",
)


def make_package(folder: Path, rows: int, dirty: bool) -> None:
    """Write submissions.csv with `rows` rows, its four reference tables and a descriptor into `folder`."""
    schema = json.loads((ROOT / "schemas" / "progress_updates.json").read_text(encoding="utf-8"))
    commitments = max(1, rows // 20)
    tables = {
        "commitments": ("commitment_id", [f"C-{n:06d}" for n in range(commitments)]),
        "review_rounds": ("round_id", [f"{year}-Q{q}" for year in range(2021, 2026) for q in (1, 2, 3, 4)]),
        "agencies": ("agency_id", [f"AGENCY-{n:02d}" for n in range(60)]),
        "difficulty_codes": ("difficulty_code", [f"{n:02d}" for n in range(1, 14)]),
    }
    resources = []
    for name, (key, codes) in tables.items():
        (folder / f"{name}.csv").write_text("\n".join([key, *codes]) + "\n", encoding="utf-8")
        small = {"name": name, "fieldsMatch": "equal", "fields": [{"name": key, "type": "string"}], "primaryKey": [key]}
        resources.append((name, f"{name}.csv", small))
    rounds, agencies = tables["review_rounds"][1], tables["agencies"][1]
    with open(folder / "submissions.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([field["name"] for field in schema["fields"]])
        for n in range(rows):
            faulty = dirty and n % 100 == 0
            done = n % 5 == 0
            writer.writerow(
                [
                    f"C-{n % commitments:06d}",
                    rounds[n // commitments % len(rounds)],
                    "NOBODY" if faulty else agencies[n % 60],
                    1,
                    "2025-09-31" if faulty else "2025-09-30",
                    "completed" if done else "in_progress",
                    "",
                    100 if done else n % 95,
                    NARRATIVES[n % len(NARRATIVES)],
                    "2024-01-02",
                    "",
                    "2024-03-01",
                    "2025-09-15" if done else "",
                    "day" if done else "",
                    "2025-12-31",
                    "day",
                    "",
                    "B",
                    f"CV-{n}/BNG-{n % 7}",
                    "2025-09-01",
                    f"{n % 13 + 1:02d}",
                    "Thiếu kinh phí đối ứng",
                    "true",
                    "",
                    "pm",
                    "yes" if faulty else "false",
                ]
            )
    resources.append(("progress_updates", "submissions.csv", schema))
    items = [
        {"name": name, "type": "table", "path": path, "schema": table, "format": "csv", "encoding": "utf-8"}
        for name, path, table in resources
    ]
    (folder / "bench.json").write_text(json.dumps({"name": "bench", "resources": items}), encoding="utf-8")


def ours(folder: Path) -> int:
    """Validate with camket; number of problems."""
    from camket.contract.compile import compile_schema
    from camket.contract.describe import Collector
    from camket.contract.load import Workshop
    from camket.contract.validate import _check_references, _check_table, _referenced

    items = json.loads((folder / "bench.json").read_text(encoding="utf-8"))["resources"]
    compiled = {item["name"]: compile_schema(item["schema"]) for item in items}
    keys = _referenced(compiled)
    collector = Collector(10_000)
    with Workshop() as shop:
        tables = {
            item["name"]: shop.load(
                item["name"],
                compiled[item["name"]],
                [(item["path"], folder / item["path"])],
                keys.get(item["name"], ()),
            )
            for item in items
        }
        for table in tables.values():
            _check_table(shop, table, collector, require_rows=False)
        for table in tables.values():
            _check_references(shop, table, tables, collector)
    return len(collector.problems) + collector.omitted


def theirs(folder: Path) -> int:
    """Validate with Frictionless, dialect and encoding fixed, without its limit of errors; number of errors."""
    from frictionless import Dialect, Package, formats, system

    system.trusted = True
    package = Package(str(folder / "bench.json"))
    for item in package.resources:
        item.dialect = Dialect(controls=[formats.CsvControl(delimiter=",")])
    return package.validate(limit_errors=10_000_000).stats["errors"]


def child(which: str, folder: str, pipe) -> None:
    """Measure one validation in this process: (seconds, peak bytes, problems, processor seconds of all threads)."""
    work = {"camket": ours, "frictionless": theirs}[which]
    if which == "camket":
        import camket.contract.validate  # noqa: F401  the import is not what is measured
    else:
        import frictionless  # noqa: F401
    begin, burnt = time.perf_counter(), time.process_time()
    problems = work(Path(folder))
    seconds, burnt = time.perf_counter() - begin, time.process_time() - burnt
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    pipe.send((seconds, peak, problems, burnt))


def measure(which: str, folder: Path) -> tuple[float, int, int, float]:
    """Run `child` in a fresh process (spawned: a fork would inherit this one's peak)."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(which, str(folder), sender))
    process.start()
    # Close our copy, so that a child that dies ends the wait instead of hanging it.
    sender.close()
    try:
        return receiver.recv()
    finally:
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--quick", action="store_true", help="leave Frictionless out beyond 100 k rows")
    parser.add_argument("--dirty", action="store_true", help="one row in a hundred has a fault")
    parser.add_argument("--repeat", type=int, default=3, help="runs of ours; the fastest counts")
    options = parser.parse_args()
    heads = ["rows", "MB", "camket s", "CPU s", "rows/s", "peak MiB", "problems"]
    heads += ["Frictionless s", "CPU s", "peak MiB", "errors", "ratio", "CPU ratio"]
    print("| " + " | ".join(heads) + " |")
    print("|" + "--:|" * len(heads))
    for rows in options.rows:
        with tempfile.TemporaryDirectory(prefix="camket-bench-") as name:
            folder = Path(name)
            make_package(folder, rows, options.dirty)
            size = (folder / "submissions.csv").stat().st_size / 1e6
            seconds, peak, problems, burnt = min(measure("camket", folder) for _ in range(options.repeat))
            cells = [f"{rows:,}", f"{size:.0f}", f"{seconds:.2f}", f"{burnt:.2f}", f"{rows / seconds:,.0f}"]
            cells += [f"{peak >> 20}", problems]
            if not options.quick or rows <= 100_000:
                slow, slow_peak, errors, slow_burnt = measure("frictionless", folder)
                cells += [f"{slow:.1f}", f"{slow_burnt:.1f}", f"{slow_peak >> 20}", errors, f"{slow / seconds:.0f}×"]
                # Of processor time: what is left of the ratio where only one processor is free.
                cells += [f"{slow_burnt / burnt:.0f}×"]
            else:
                cells += ["not run", "", "", "", "", ""]
            print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
