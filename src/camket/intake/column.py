"""One column of a report on its way from cells to canonical texts, with what was found and guessed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from camket.intake.model import Cell, Guess, Sheet
from camket.intake.words import guess, problem
from camket.messages import Problem


@dataclass(slots=True)
class Column:
    """The cells of one field. `texts` are what goes on; a cell that is asked back keeps its text as it came.

    names   the title in both languages, for guesses
    asked   indices of cells with a problem of the door: what the contract says of them would be an echo
    """

    field: dict[str, Any]
    position: int
    cells: list[Cell]
    numbers: list[int]
    sheet: Sheet
    file: str
    names: tuple[str, str]
    texts: list[str] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.field["name"]

    def filled(self) -> Iterator[tuple[int, Cell]]:
        """The cells that hold something and that nothing was said about yet."""
        return ((at, cell) for at, cell in enumerate(self.cells) if not cell.is_empty and at not in self.asked)

    def place(self, at: int) -> str | None:
        return self.sheet.place(self.numbers[at], self.position)

    def ask(self, kind: str, at: int, **slots: object) -> None:
        """Ask this cell back."""
        self.asked.add(at)
        self.problems.append(
            problem(kind, self.file, self.numbers[at], self.name, self.cells[at].text, cell=self.place(at), **slots)
        )

    def tell(self, kind: str, **slots: object) -> None:
        """Tell a guess about this column."""
        self.guesses.append(guess(kind, column=self.names[0], column_vi=self.names[1], **slots))

    def tell_cells(self, kind: str, found: list[int]) -> None:
        """Tell a guess about some cells, by their number and the first of them."""
        if found:
            self.tell(kind, n=len(found), value=shown(self.cells[found[0]].text))


def shown(text: str) -> str:
    """A value within a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"
