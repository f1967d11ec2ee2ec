"""The register for the search in the web page: one line a commitment, as JSON inside a raw HTML block.

page.js builds the search from it. Without script the block shows nothing, and the text around it says where the table
is; Quarto's page, which has no page.js, carries the block in silence.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from camket.report.words import Voice, plain

# Beside the documents and not among the charts and tables: it has neither caption nor label.
REGISTER = "_register.md"
HEADS = ("commitment", "title", "agency", "partner", "field", "deadline", "days")
TITLE_WIDTH = 600
# As data between tags only the first is dangerous; the others keep shortcodes, comments of scripts and old JavaScript
# parsers from seeing anything of theirs.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "/*": "/\\u002a"}


def register(voice: Voice) -> str:
    """Every public commitment of the edition, in the order of ids, as a block of raw HTML for documents to include."""
    found = voice.figures.table("commitments").to_dict("records")
    statuses = sorted({code for row in found if (code := row.get("effective_status")) and not pd.isna(code)})
    data = {
        "heads": [voice.word(f"heads.{key}") for key in HEADS],
        "statuses": [_capital(voice.label("effective_status", code)) for code in statuses],
        "rows": [_row(voice, row, statuses) for row in found],
    }
    block = f'<div class="register" hidden><script type="application/json">{_safe(data)}</script></div>'
    return f"```{{=html}}\n{block}\n```\n"


def _row(voice: Voice, row: dict[str, Any], statuses: list[str]) -> list[Any]:
    """Id, title, agency, partner, field, number of the status, deadline as printed, days overdue."""
    status, days = row.get("effective_status"), row.get("days_overdue")
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
    ]


def _name(voice: Voice, dimension: str, member: object) -> str:
    return "" if _missing(member) else voice.label(dimension, str(member))


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _safe(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for dangerous, harmless in ESCAPES.items():
        text = text.replace(dangerous, harmless)
    return text
