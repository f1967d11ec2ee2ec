"""Kinds of fault, each named after the rule that should name it. Importing this package fills FAULTS."""

from bench.detection.faults import (  # noqa: F401  (each module registers its faults)
    combinations,
    consistency,
    dates,
    distribution,
    ledger,
    models,
    requirements,
    status,
    structure,
    succession,
    timeliness,
)
from bench.detection.faults.common import FAULTS, Fault

__all__ = ["FAULTS", "Fault"]
