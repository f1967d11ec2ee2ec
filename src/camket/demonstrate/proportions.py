"""Every documented number of the demonstration package; ``docs/demonstration.md`` explains them.

Shares are per mille. Knots are (per mille, days) points of a distribution, see ``Dice.along``.
"""

from datetime import date

TERM_START = date(2021, 1, 1)
T = date(2025, 12, 31)
K = date(2026, 1, 10)
PREVIOUS_T = date(2025, 9, 30)
PREVIOUS_K = date(2025, 10, 10)
MECHANISM_START = date(2024, 4, 1)

#: Commitments signed in each quarter. Published totals fix 2024 (173; 136 in nine months) and 2025 (349; 253
#: in the first half; 86 in the third quarter); 2021 to 2023 share the rest of 927, rising.
SIGNED = {
    (2021, 1): 12, (2021, 2): 20, (2021, 3): 27, (2021, 4): 36,
    (2022, 1): 28, (2022, 2): 32, (2022, 3): 33, (2022, 4): 38,
    (2023, 1): 37, (2023, 2): 45, (2023, 3): 46, (2023, 4): 51,
    (2024, 1): 38, (2024, 2): 44, (2024, 3): 54, (2024, 4): 37,
    (2025, 1): 64, (2025, 2): 189, (2025, 3): 86, (2025, 4): 10,
}  # fmt: skip
TOTAL = sum(SIGNED.values())
ACTIVITIES = 110
WITHOUT_ACTIVITY = 75
RECORDED_LATE = 12
RECORDED_AFTER_PREVIOUS = 7
TITLES_CHANGED = 7
TWINS = 4

# Register
KEY_PROJECTS = 37
STATEMENTS_OUTSIDE = 16
FRAMEWORKS = 83
FRAMEWORKS_JOINT_STATEMENT = 66
UNDATED = 74
CO_LED = 111
WITH_PARTICIPANT = 370
FURTHER_PARTNER = 37
FURTHER_FIELD = 139
INDICATIVE = 250
#: Of the hand-overs that have time for it before the next knowledge date.
HANDOVER_LATE = 250
HANDOVER_NONE = 110
DUE_PRECISION = (("day", 780), ("month", 100), ("quarter", 60), ("year", 60))
#: Months from signing to the first deadline, by instrument.
DUE_MONTHS = {
    "agreement": ((0, 7), (500, 17), (1000, 46)),
    "certificate": ((0, 6), (1000, 12)),
    "contract": ((0, 14), (1000, 54)),
    "exchange_of_letters": ((0, 6), (1000, 16)),
    "joint_statement": ((0, 8), (1000, 26)),
    "letter_of_intent": ((0, 6), (1000, 16)),
    "loan_agreement": ((0, 30), (1000, 60)),
    "memorandum": ((0, 6), (550, 14), (1000, 31)),
    "minutes": ((0, 6), (1000, 14)),
    "other": ((0, 6), (1000, 18)),
    "plan": ((0, 9), (1000, 31)),
    "programme": ((0, 9), (1000, 38)),
    "protocol": ((0, 6), (1000, 22)),
    "treaty": ((0, 8), (1000, 40)),
    "voluntary_commitment": ((0, 12), (1000, 60)),
}

# Life courses
ASSIGNED_DAYS = ((0, -12), (12, 0), (120, 4), (500, 25), (780, 46), (920, 85), (1000, 190))
NEVER_ASSIGNED = 20
PLAN_DAYS = ((0, 4), (500, 40), (850, 110), (1000, 260))
NO_PLAN = 130
STARTED_DAYS = ((0, 8), (500, 84), (780, 170), (920, 320), (1000, 640))
NEVER_STARTED = 35
#: Completion as per mille of the time from signing to the first deadline; beyond the last knot: never.
COMPLETION = ((0, 200), (150, 430), (390, 820), (520, 1010), (605, 1200), (690, 1600), (775, 2500))
COMPLETION_END = 775
#: Bodies differ, mildly: completion takes so much longer, per mille.
PACE = {"locality": 1060, "enterprise": 930, "ministry": 1000, "ministerial_level": 980}
UNDATED_END = 720
UNDATED_DAYS = ((0, 60), (400, 380), (720, 1000))
SUSPENDED = 16
EXITS = {"withdrawn_before": 9, "withdrawn_after": 7, "superseded": 9, "expired_unimplemented": 6,
         "overtaken_by_events": 6}  # fmt: skip
COMPLETED_MONTH = 70
COMPLETED_UNKNOWN = 30

# Mess
EXTENDED_BEFORE = 280
#: The same for those that will be completed after all.
EXTENDED_BEFORE_DONE = 600
EXTENDED_AFTER = 170
EXTENDED_TWICE = 520
PULLED_IN = 12
REVERSED_COMPLETED = 8
REVERSED_STARTED = 4
MISSING_FILE = 35
MISSING_ROW = 30
MISSING_ROW_AFTER_TRANSFER = 120
LATE_FILE = 130
RETURNED_FILE = 90
DORMANT = 135
COPIED = 68
UNCONFIRMED = 160
CONFLICT = 380
EVIDENCE = (("A", 340), ("B", 510), ("C", 100), ("D", 50))
DIFFICULTY_OVERDUE = 700
DIFFICULTY_OPEN = 270
DIFFICULTY_CLOSED = 120
WITHIN_COMPETENCE = 620
RECOMMENDED_WITHIN = 350
ANSWERED = 550
LATE_COMPLETION_REPORT = 40
