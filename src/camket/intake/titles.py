"""Column titles → fields: schema names, English and Vietnamese titles, in any case, spacing and normal form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

# Columns of the template that show what the register says: what is shown → its English and Vietnamese titles.
CONTEXT = {
    "title": ("Title of the commitment", "Tên cam kết"),
    "partner": ("Partner", "Đối tác"),
    "signed_date": ("Signed on", "Ngày ký"),
    "due_date": ("Deadline in the register", "Thời hạn trong sổ đăng ký"),
    "last_narrative": ("Progress in the last report", "Tiến độ trong báo cáo trước"),
}
OPTIONAL = ("revision",)  # the door counts revisions itself
_PREFIX = "context:"


def plain(text: str) -> str:
    """A title as it is compared: composed, lower case, single spaces, without a star or colon at its end."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip().rstrip("*: ")
    return " ".join(text.casefold().split())


class Titles:
    """What the columns of a report may be called, from the schema of submissions."""

    def __init__(self, schema: dict[str, Any]):
        self.fields: dict[str, dict[str, Any]] = {item["name"]: item for item in schema["fields"]}
        self._names: dict[str, str] = {}
        for name, item in self.fields.items():
            for title in (name, item.get("title", name), item.get("title_vi", name)):
                self._names.setdefault(plain(title), name)
        for name, titles in CONTEXT.items():
            for title in titles:
                self._names.setdefault(plain(title), _PREFIX + name)

    def field_of(self, title: str) -> str | None:
        """The field that a title stands for, `context:…` for a column of information, or None."""
        return self._names.get(plain(title))

    def recognised(self, cells: Iterable[str]) -> int:
        """Number of different fields whose titles are among the cells."""
        return len({self.field_of(text) for text in cells if text} - {None})

    def known(self) -> list[str]:
        """Every title, as compared."""
        return list(self._names)

    def title(self, name: str, language: str) -> str:
        """What a field is called in a language."""
        item = self.fields.get(name)
        if item is None:
            return name
        return item.get("title", name) if language == "en" else item.get("title_vi", name)


def context_name(field: str) -> str | None:
    """`title` for `context:title`; None for a field of the schema."""
    return field.removeprefix(_PREFIX) if field.startswith(_PREFIX) else None
