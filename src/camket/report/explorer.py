"""The register for the search in the web page: one line a commitment, as JSON inside a raw HTML block.

page.js builds the search from it. Without script the block shows nothing, and the text around it says where the table
is; Quarto's page, which has no page.js, carries the block in silence.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import pandas as pd

from camket.figures import Figures
from camket.report.tabular import capital, dated_status
from camket.report.words import Voice, plain

# Beside the documents and not among the charts and tables: it has neither caption nor label.
REGISTER = "_register.md"
HEADS = ("commitment", "title", "agency", "partner", "field", "deadline", "days")
TITLE_WIDTH = 600
STALE = ("stale", "dead")  # nobody knows whether what the last report said still holds
# As data between tags only the first is dangerous; the others keep shortcodes, comments of scripts and old JavaScript
# parsers from seeing anything of theirs.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "/*": "/\\u002a"}


def register(voice: Voice) -> str:
    """Every public commitment of the edition, in the order of ids, as a block of raw HTML for documents to include."""
    found = voice.figures.records("commitments")
    statuses = sorted({code for row in found if (code := row.get("effective_status")) and not pd.isna(code)})
    data = {
        "behind": behind(voice.figures),
        "members": members(voice.figures),
        "heads": [voice.word(f"heads.{key}") for key in HEADS],
        "statuses": [capital(voice.label("effective_status", code)) for code in statuses],
        "rows": [_row(voice, row, statuses) for row in found],
    }
    block = f'<div class="register" hidden><script type="application/json">{_safe(data)}</script></div>'
    return f"```{{=html}}\n{block}\n```\n"


@lru_cache(maxsize=1)  # the same in every language
def behind(figures: Figures) -> dict[str, list[str | None]]:
    """By indicator the rows of the register behind its national figure: all (or the denominator), and the numerator.

    A set is base64 of bits, the first row in the highest bit of the first byte. A set is given only where the condition
    of the figure, put to the released table, finds exactly the rows whose hash the figure carries.
    """
    path = figures.folder / "commitments.parquet"
    if not path.exists() or "row_filter" not in figures.table("figures"):
        return {}
    import duckdb

    found: dict[str, list[str | None]] = {}
    national = figures.table("figures")
    national = national[(national.dimension == "national") & (national.withheld_by == "")]
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute(f"create table commitments as from read_parquet('{path.as_posix()}')")
        ids = [row[0] for row in connection.execute("select commitment_id from commitments order by 1").fetchall()]
        place = {commitment_id: number for number, commitment_id in enumerate(ids)}
        for row in national.to_dict("records"):
            split = CONDITION.fullmatch(row["row_filter"] or "")
            if not split:
                continue
            sets = []
            for condition in [part for part in (split["all"] or split["only"], split["part"]) if part]:
                try:
                    rows = connection.execute(
                        f"select commitment_id from commitments where {condition} order by 1"
                    ).fetchall()
                except duckdb.Error:  # a condition on another table
                    break
                sets.append([item[0] for item in rows])
            if sets and hashlib.sha256(",".join(sets[0]).encode()).hexdigest() == row["row_set_sha256"]:
                bits = [_bits([place[item] for item in names], len(ids)) for names in sets]
                found[row["indicator"]] = [*bits, None][:2]
    return found


@lru_cache(maxsize=1)
def members(figures: Figures) -> dict[str, dict[str, str]]:
    """By dimension and member its rows of the register, as bits like `behind`.

    The rows behind R2.field.energy are those behind R2 that are also rows of the member energy of field.

    A dimension is given only where that holds of every figure of it, by the hash that the figure carries.
    """
    sets = {code: _places(bits[0]) for code, bits in behind(figures).items() if bits[0]}
    if not sets or not (figures.folder / "commitment_dimensions.parquet").exists():
        return {}
    ids = sorted(row["commitment_id"] for row in figures.records("commitments"))
    place = {commitment_id: number for number, commitment_id in enumerate(ids)}
    found: dict[str, dict[str, set[int]]] = {}
    for row in figures.records("commitment_dimensions"):
        if row["dimension"] != "national" and row["commitment_id"] in place:
            found.setdefault(row["dimension"], {}).setdefault(row["member"], set()).add(place[row["commitment_id"]])
    for row in figures.records("figures"):
        if row["indicator"] in sets and row["dimension"] in found:
            own = sets[row["indicator"]] & found[row["dimension"]].get(row["member"], set())
            names = ",".join(ids[number] for number in sorted(own))
            if hashlib.sha256(names.encode()).hexdigest() != row["row_set_sha256"]:
                del found[row["dimension"]]
    return {
        dimension: {member: _bits(sorted(rows), len(ids)) for member, rows in sorted(by_member.items())}
        for dimension, by_member in sorted(found.items())
    }


# `condition`, or `(numerator) / (denominator)`, perhaps with the name of the table before it.
CONDITION = re.compile(r"(?:commitments: )?(?:\((?P<part>.*)\) / \((?P<all>.*)\)|(?P<only>[^:]*))")


def _bits(places: list[int], length: int) -> str:
    out = bytearray((length + 7) // 8)
    for place in places:
        out[place // 8] |= 128 >> place % 8
    return base64.b64encode(bytes(out)).decode()


def _places(bits: str) -> set[int]:
    """The rows of a set that `_bits` has written."""
    octets = base64.b64decode(bits)
    return {number for number in range(8 * len(octets)) if octets[number // 8] & 128 >> number % 8}


def _row(voice: Voice, row: dict[str, Any], statuses: list[str]) -> list[Any]:
    """Id, title, agency, partner, field, number of the status, deadline as printed, days overdue.

    Where the last report is stale there is a ninth: the status with the day that it describes.
    """
    status, days = row.get("effective_status"), row.get("days_overdue")
    is_stale = row.get("is_open") and row.get("freshness") in STALE and not _missing(row.get("last_as_of_date"))
    return [
        plain(row["commitment_id"]),
        plain(row[f"title_{voice.language}"], TITLE_WIDTH),
        *(
            _name(voice, dimension, row.get(column))
            for dimension, column in (
                ("agency", "lead_agency_id_as_now"),
                ("partner", "partner_id"),
                ("field", "field_id"),
            )
        ),
        statuses.index(status) if status in statuses else None,
        "" if _missing(deadline := row.get("current_deadline")) else voice.date(deadline, short=True),
        None if _missing(days) else int(days),
        *([dated_status(voice, status, row["last_as_of_date"])] if is_stale else []),
    ]


def _name(voice: Voice, dimension: str, member: object) -> str:
    return "" if _missing(member) else voice.label(dimension, str(member))


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))


def _safe(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for dangerous, harmless in ESCAPES.items():
        text = text.replace(dangerous, harmless)
    return text
