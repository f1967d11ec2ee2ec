"""What a run of the checks step says: a result for each rule, and what follows from all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from camket.checks.findings import Finding
from camket.checks.life import Acceptance


@dataclass(frozen=True)
class CheckResult:
    """One row of check_results.csv: what came of one rule. affected_agencies are codes joined by a semicolon.

    accepted_count  of the findings, those that a named role has accepted; they do not block
    """

    rule_id: str
    severity: str
    level: str
    dimension: str
    stage: str
    owner_role: str
    title_en: str
    title_vi: str
    result: str
    checked_count: int
    failing_count: int
    affected_agencies: str
    message: str
    message_vi: str
    accepted_count: int = 0


RESULT_COLUMNS = tuple(CheckResult.__dataclass_fields__)


@dataclass(frozen=True)
class CheckRun:
    """Results and findings of the stage that was run, in the order of rule ids.

    accepted   the acceptances that count, by finding: those of findings of this run
    expired    acceptances of findings of this run whose last day has passed
    unmatched  acceptances that name no finding of this run nor of an earlier round: a mistyped id accepts nothing
    totals     findings by status, of all stages so far; empty for a look at some rules
    roles      names of the roles that may accept, in both languages
    """

    stage: str
    results: list[CheckResult]
    findings: list[Finding]
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    expired: Sequence[Acceptance] = ()
    unmatched: Sequence[Acceptance] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def blocking(self) -> list[CheckResult]:
        """What forbids publication: rules of severity error that fail, or that could not be run at all."""
        return [r for r in self.results if r.severity == "error" and r.result in ("fail", "error")]

    @property
    def errored(self) -> list[CheckResult]:
        """Rules of either severity that could not be run."""
        return [r for r in self.results if r.result == "error"]
