"""A small seeded source of chance that gives the same throws on every Python.

Only ``random.Random.random()`` is used: its sequence is guaranteed, while ``shuffle``, ``choice`` and
``randint`` may change between versions. Each purpose and each commitment has a stream of its own, so that a
new throw in one place does not move all others.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """One stream of chance, named by what it decides."""

    def __init__(self, seed: int, *purpose: object):
        text = "/".join(str(part) for part in (seed, *purpose))
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big"))

    def below(self, n: int) -> int:
        """A whole number from 0 to n − 1."""
        return int(self._random.random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, per_mille: int) -> bool:
        """True in so many of a thousand cases."""
        return self.below(1000) < per_mille

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all alike."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[T, int]]) -> T:
        """One of the items, by weight."""
        point = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            if point < weight:
                return item
            point -= weight
        raise ValueError("no weights")

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A new list in random order (Fisher and Yates)."""
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = self.below(i + 1)
            result[i], result[j] = result[j], result[i]
        return result

    def along(self, knots: Sequence[tuple[int, int]]) -> int:
        """A value whose distribution is given by (per mille, value) knots, straight lines between them."""
        point = self.below(1000)
        for (p0, v0), (p1, v1) in zip(knots, knots[1:], strict=False):
            if point < p1:
                return v0 + (v1 - v0) * (point - p0) // (p1 - p0)
        return knots[-1][1]


def quotas(weights: Sequence[tuple[str, int]], total: int) -> dict[str, int]:
    """Shares of a total by the method of largest remainders; every weight gets at least its floor."""
    whole = sum(weight for _, weight in weights)
    result = {key: weight * total // whole for key, weight in weights}
    rest = sorted(weights, key=lambda kw: (-(kw[1] * total % whole), kw[0]))
    for key, _ in rest[: total - sum(result.values())]:
        result[key] += 1
    return result
