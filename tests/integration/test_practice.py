"""How the mechanism is practised, through the whole build: a register of seven commitments, every number by hand.

S1 is extended three months after its deadline. Z1 is completed on time. X1 is completed for its lead and not for its
co-lead, until a decision. The lead of M1 stops reporting. G1 and G2 leave one ministry for two, one of which has G3 of
its own.
T = 2025-09-30, K = 2025-10-10.
"""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from support import build_whole, commitment, edition, make_package, update

# fmt: off
COMMITMENTS = [
    commitment("S1", "2024-10-01", due_date="2024-12-31"),
    commitment("Z1", "2024-10-01", due_date="2025-06-30"),
    commitment("X1", "2025-04-01", due_date="2025-12-31", lead_agency_id="MOIT"),
    commitment("M1", "2025-01-10", due_date="2026-06-30", lead_agency_id="MOH"),
    commitment("G1", "2024-10-05", due_date="2026-12-31", lead_agency_id="MIC"),
    commitment("G2", "2024-10-05", due_date="2026-12-31", lead_agency_id="MIC"),
    commitment("G3", "2024-10-05", due_date="2026-12-31", lead_agency_id="MOST"),
]
EXTENDED = {
    "current_due_date": "2025-12-31", "current_due_precision": "day", "due_change_reason": "Hai bên cùng gia hạn.",
}
OTHER = {"difficulty_code": "13", "difficulty_note": "Chờ hướng dẫn mới.", "within_competence": "true"}
DONE = {"status": "completed", "evidence_grade": "A"}
UPDATES = [
    update("S1", "2024-Q4", "2024-12-31", progress_pct="30"),
    update("S1", "2025-Q1", "2025-03-31", progress_pct="40", **EXTENDED),
    update("S1", "2025-Q2", "2025-06-30", progress_pct="50", **EXTENDED),
    update("S1", "2025-Q3", "2025-09-30", progress_pct="60", **EXTENDED),
    update("Z1", "2025-Q2", "2025-06-30", completed_date="2025-06-01", **DONE),
    update("X1", "2025-Q2", "2025-06-30", agency_id="MOIT", completed_date="2025-06-15", **DONE),
    update("X1", "2025-Q2", "2025-06-30", agency_id="MPS", progress_pct="80"),
    update("M1", "2025-Q1", "2025-03-31", agency_id="MOH", progress_pct="10", **OTHER),
    update("G1", "2024-Q4", "2024-12-31", agency_id="MIC"),
    update("G2", "2024-Q4", "2024-12-31", agency_id="MIC"),
    *(update("G3", f"{r}", d, agency_id="MOST") for r, d in [("2024-Q4", "2024-12-31"), ("2025-Q1", "2025-03-31")]),
    update("G1", "2025-Q1", "2025-03-31", agency_id="MOST"),
    *(update(c, "2025-Q3", "2025-09-30", agency_id=a) for c, a in [("G1", "MOST"), ("G2", "MOCST"), ("G3", "MOST")]),
]
MOVED = {"from_date": "2025-03-01", "recorded_date": "2025-03-25"}
TABLES = {
    "commitment_agencies": [{"commitment_id": "X1", "agency_id": "MPS", "role": "co_lead"}],
    "adjudications": [
        {"commitment_id": "X1", "decided_date": "2025-08-01", "decided_status": "in_progress",
         "decided_by": "Bộ Ngoại giao", "recorded_date": "2025-08-04", "basis": "Đối chiếu hai báo cáo."},
    ],
    "lead_assignments": [
        {"commitment_id": "G1", "agency_id": "MOST", "document": "Biên bản 1", "document_date": "2025-03-20", **MOVED},
        {"commitment_id": "G2", "agency_id": "MOCST", **MOVED},
    ],
}
# figure: numerator, denominator
FIGURES = {
    "extensions": (1, None), "extensions.round.2025-Q1": (1, None), "retroactive_extensions": (1, 1),
    "extended_1": (1, 7), "extended_2": (0, 7), "slip_median": (365, 1), "slip_months": (365, 1),
    "deadlines_pulled_in": (0, None),
    "stock_backlog.round.2024-Q4": (1, None), "flow_extended_out.round.2025-Q1": (1, None), "backlog": (0, None),
    "conflict_rate": (1, 1), "conflicts_adjudicated": (1, 1), "conflict_days_median": (None, 0),
    "conflict_kinds.conflict_kind.status": (1, None), "reversals": (0, None), "reversal_rate": (0, 2),
    "reopened_share": (0, 2),
    "RT6": (1, None), "RT6.agency.MOH": (1, None), "RT6.agency.MOIT": (0, None), "missed_rounds.agency.MOIT": (1, 1),
    "frequency.frequency_class.yearly": (2, 5), "frequency.frequency_class.too_few_rounds": (1, 5),
    "frequency.frequency_class.quarterly": (2, 5), "frequency.frequency_class.half_yearly": (0, 5),
    "difficulty_other": (1, 1), "difficulty_review": (1, None),
    "escalations": (1, None), "escalation_reasons.escalation_reason.not_reported": (1, None),
    "escalations.addressed_to.inter_agency": (1, None), "evidence_grades.evidence_grade.A": (1, 1),
    "evidence_gap": (0, 1),
    "transfers": (2, None), "transfers.agency.MOST": (1, None), "transfers_documented": (1, 2),
    "update_rate.transfer_group.transferred_before": (2, 2), "update_rate.transfer_group.transferred_after": (1, 2),
    "update_rate.transfer_group.not_transferred_before": (2, 3),
    "update_rate.transfer_group.not_transferred_after": (3, 4),
    "succession_totals.succession_view.as_was": (7, None), "succession_totals.succession_view.as_now": (7, None),
    "succession_totals.succession_view.national": (7, None), "succession_totals.succession_view.unbalanced": (0, None),
}
# fmt: on


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The register built from staging to figures."""
    folder = tmp_path_factory.mktemp("practice")
    package = make_package(folder / "package", COMMITMENTS, UPDATES, T="2025-09-30", K="2025-10-10", **TABLES)
    toy = edition(package, folder / "build")
    build_whole(toy)
    with duckdb.connect(str(toy.database), read_only=True) as connection:
        yield connection


def rows(connection, sql):
    return connection.execute(sql).fetchall()


@pytest.mark.parametrize("figure_id", FIGURES)
def test_figures_by_hand(built, figure_id):
    found = rows(built, f"select numerator, denominator from figures where figure_id = '{figure_id}'")
    assert found == [FIGURES[figure_id]]


def test_values_of_gaps_and_months(built):
    # R2 = 1/2 on the baseline and 1/1 on the current deadline; 365 days are 11.99 months of 30.4375 days
    sql = "select figure_id, value from figures where figure_id in ('gap_R2', 'gap_R3', 'slip_months')"
    assert dict(rows(built, sql)) == {
        "gap_R2": Decimal("-0.5"), "gap_R3": Decimal("-0.5"), "slip_months": Decimal("11.991786"),
    }  # fmt: skip


def test_a_retroactive_extension_keeps_both_deadlines(built):
    sql = """
        select commitment_id, old_deadline, new_deadline, as_of_date, days_moved, is_retroactive from deadline_changes
    """
    assert rows(built, sql) == [("S1", date(2024, 12, 31), date(2025, 12, 31), date(2025, 3, 31), 365, True)]


def test_a_conflict_lasts_until_the_decision(built):
    sql = """
        select reporter_id, other_reporter_id, first_round_id, first_conflict_date, days_open, is_adjudicated
        from conflict_pairs
    """
    assert rows(built, sql) == [("MOIT", "MPS", "2025-Q2", date(2025, 6, 30), 32, True)]
    assert rows(built, "select effective_status from commitments where commitment_id = 'X1'") == [("in_progress",)]


def test_two_missed_rounds_put_the_agency_and_its_commitment_on_the_lists(built):
    sql = """
        select agency_id, obligation_count, received_count, missed_in_a_row from agency_reporting
        where is_serious_failure
    """
    assert rows(built, sql) == [("MOH", 3, 1, 2)]
    sql = "select list_position, commitment_id, is_not_reported, escalation_level from escalations"
    assert rows(built, sql) == [(1, "M1", True, "inter_agency")]


def test_a_merger_of_many_into_many_loses_nothing(built):
    sql = """
        select lead_agency_id_as_was, lead_agency_id_as_now, commitment_count, is_proposed from succession_pairs
        where lead_agency_id_as_was in ('MIC', 'MOST') order by 1, 2
    """
    assert rows(built, sql) == [("MIC", "MOCST", 1, True), ("MIC", "MOST", 1, True), ("MOST", "MOST", 1, False)]
    sql = """
        select agency_id, as_was_count, handed_over_count, taken_over_count, as_now_count from succession_totals
        where agency_id in ('MIC', 'MOST') order by 1
    """
    assert rows(built, sql) == [("MIC", 2, 2, 0, 0), ("MOST", 1, 0, 1, 2)]
    sql = "select commitment_id, is_documented, is_reported_before, is_reported_after from transfers order by 1"
    assert rows(built, sql) == [("G1", True, True, True), ("G2", False, True, False)]


def test_every_figure_is_said_once_and_documented(built):
    assert rows(built, "select figure_id from figures group by figure_id having count(*) > 1") == []
    assert rows(built, "select figure_id from figures where indicator not in (select indicator from indicators)") == []


def test_each_round_owes_the_same_items_to_agencies_and_to_commitments(built):
    by_agency = "select round_id, cast(sum(open_led_count) as bigint) from agency_rounds group by 1 order by 1"
    by_commitment = "select round_id, count(*) from round_items group by 1 order by 1"
    assert rows(built, by_agency) == rows(built, by_commitment)
