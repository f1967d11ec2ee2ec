"""Makes the register: what was signed, when, with whom, who leads it and until when it is due."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import proportions as share
from .dice import Dice, quotas
from .reference import DAY, Reference, Words, workday

NO_CORPORATE_LEAD = ("treaty", "joint_statement", "protocol", "loan_agreement")
CORPORATE = ("enterprise", "locality", "organisation", "other")
KEY_FIELDS = (
    "railway", "transport_infrastructure", "nuclear_power", "energy", "energy_transition", "semiconductors",
    "strategic_technology_transfer", "construction",
)  # fmt: skip
#: Bodies whose remit is as wide as their field.
BROAD = ("MOFA", "MOIT", "MOF", "MPI", "MOST", "MOET", "MIC", "MOT", "MOC", "PO")
#: Fields that each uncommon instrument is at home in; the rest of the documents take what is left.
HOME_FIELDS = {
    "loan_agreement": ("transport_infrastructure", "railway", "energy", "economy"),
    "contract": ("energy", "construction", "nuclear_power", "railway"),
    "certificate": ("railway", "transport_infrastructure", "construction", "science_technology_innovation"),
    "voluntary_commitment": ("marine_ocean_environment", "energy_transition", "agriculture_environment"),
    "joint_statement": ("politics_diplomacy", "party_diplomacy", "economic_diplomacy"),
    "treaty": ("justice", "security_defence", "labour", "people_to_people", "trade_investment"),
    "protocol": ("agriculture_environment", "trade_investment", "justice", "transport_infrastructure"),
}
#: Fields of the joint statements that are not political.
STATEMENT_FIELDS = ("economy", "energy_transition", "agriculture_environment", "security_defence")


@dataclass
class Commitment:
    """One row of the register, with what only the generator knows of it."""

    number: int
    signed: date
    partner_id: str
    activity_id: str = ""
    field_id: str = ""
    instrument_id: str = ""
    title_en: str = ""
    title_vi: str = ""
    lead: str = ""
    recorded: date = share.K
    due: date | None = None
    due_precision: str = ""
    grade: str = "none"
    no_deadline_reason: str = ""
    framework: bool = False
    key: bool = False
    successor_lead: str = ""
    successor_from: date | None = None
    co_lead: str = ""
    participants: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Code of the commitment."""
        return f"DEMO-{self.number:04d}"

    def lead_on(self, when: date) -> str:
        """The body that answers for it on a day."""
        return self.successor_lead if self.successor_from and self.successor_from <= when else self.lead


@dataclass
class Activity:
    """An invented high-level activity."""

    partner_id: str
    start: date
    end: date
    documents: int
    number: int = 0

    @property
    def id(self) -> str:
        """Code of the activity."""
        return f"DEMO-ACT-{self.number:03d}"


def month_end(year: int, month: int) -> date:
    """Last day of a month; months beyond 12 run into later years."""
    year, month = year + month // 12, month % 12 + 1
    return date(year, month, 1) - DAY


def make_register(ref: Reference, words: Words, seed: int) -> tuple[list[Commitment], list[Activity]]:
    """All commitments in order of signing, and the activities they were signed at."""
    commitments, activities = _sign(ref, words, Dice(seed, "signing"))
    _classify(commitments, words, Dice(seed, "fields"))
    _lead(commitments, ref, words, seed)
    _name(commitments, words, seed)
    _twin(commitments, Dice(seed, "twins"))
    _flag(commitments, Dice(seed, "flags"))
    for commitment in commitments:
        _date(commitment, words, Dice(seed, "deadline", commitment.id))
    _record(commitments, Dice(seed, "recorded"))
    _join(commitments, ref, Dice(seed, "joined"))
    return commitments, activities


def _sign(ref: Reference, words: Words, dice: Dice) -> tuple[list[Commitment], list[Activity]]:
    """Bundles the documents of each partner into visits and sets the visits into quarters."""
    per_partner = quotas(words.mix["partner"], share.TOTAL)
    singles, bundles = [], []
    visits = quotas([(p, max(n - 2, 1)) for p, n in per_partner.items()], share.ACTIVITIES - len(per_partner))
    alone = quotas([(p, n) for p, n in per_partner.items() if n >= 6], share.WITHOUT_ACTIVITY)
    for partner, n in per_partner.items():
        singles += [partner] * alone.get(partner, 0)
        left = n - alone.get(partner, 0)
        sizes = [1] * (1 + visits[partner])
        for _ in range(left - len(sizes)):
            sizes[dice.below(len(sizes))] += 1
        bundles += [(size, partner) for size in sizes]
    bundles = sorted(dice.shuffled(bundles), key=lambda b: -b[0])
    free = dict(share.SIGNED)
    visits_made: list[Activity] = []
    placed: list[tuple[Activity | None, str, tuple[int, int]]] = []
    for size, partner in bundles:
        fitting = [(quarter, room) for quarter, room in free.items() if room >= size]
        quarter = dice.weighted(fitting or [(max(free, key=free.get), 1)])
        taken = min(size, free[quarter])
        free[quarter] -= taken
        first = date(quarter[0], quarter[1] * 3 - 2, 1)
        start = first + DAY * dice.below(86)
        visit = Activity(partner, start, start + DAY * dice.between(1, 3), taken)
        visits_made.append(visit)
        placed += [(visit, partner, quarter)] * taken
        singles += [partner] * (size - taken)
    for partner in dice.shuffled(singles):
        quarter = dice.weighted([(q, room) for q, room in free.items() if room])
        free[quarter] -= 1
        placed.append((None, partner, quarter))
    for number, visit in enumerate(sorted(visits_made, key=lambda v: (v.start, v.partner_id, v.end)), 1):
        visit.number = number
    signed = []
    for visit, partner, quarter in placed:
        if visit:
            when = visit.start + DAY * dice.below((visit.end - visit.start).days + 1)
        else:
            when = workday(date(quarter[0], quarter[1] * 3 - 2, 1) + DAY * dice.below(86))
        signed.append((when, partner, visit.id if visit else ""))
    commitments = [Commitment(i, *row) for i, row in enumerate(sorted(signed), 1)]
    return commitments, sorted(visits_made, key=lambda v: v.number)


def _classify(commitments: list[Commitment], words: Words, dice: Dice) -> None:
    """Gives each document a field and an instrument; both mixes come out exactly."""
    fields = [key for key, n in quotas(words.mix["field"], share.TOTAL).items() for _ in range(n)]
    for commitment, field_id in zip(commitments, dice.shuffled(fields), strict=True):
        commitment.field_id = field_id
    left = quotas(words.mix["instrument"], share.TOTAL)
    bare = dice.shuffled(commitments)
    for instrument, home in HOME_FIELDS.items():
        wanted = left.pop(instrument)
        inside = [c for c in bare if not c.instrument_id and c.field_id in home]
        if instrument == "joint_statement":
            other = [c for c in bare if not c.instrument_id and c.field_id in STATEMENT_FIELDS]
            inside = inside[: wanted - share.STATEMENTS_OUTSIDE] + other
        for commitment in inside[:wanted]:
            commitment.instrument_id = instrument
        left["memorandum"] += max(wanted - len(inside), 0)
    rest = dice.shuffled([key for key, n in left.items() for _ in range(n)])
    for commitment, instrument in zip([c for c in bare if not c.instrument_id], rest, strict=True):
        commitment.instrument_id = instrument


def _lead(commitments: list[Commitment], ref: Reference, words: Words, seed: int) -> None:
    """Names a lead that exists on the day of signing and its successor after a merger."""
    for commitment in commitments:
        dice = Dice(seed, "lead", commitment.id)
        options = [
            (row["agency_id"], int(row["weight"]))
            for row in words.leads[commitment.field_id]
            if ref.exists(row["agency_id"], commitment.signed)
            and not (commitment.instrument_id in NO_CORPORATE_LEAD and ref.kind(row["agency_id"]) in CORPORATE)
        ]
        commitment.lead = dice.weighted(options)
        heir = ref.successor(commitment.lead, commitment.field_id)
        if heir:
            commitment.successor_lead, commitment.successor_from = heir


def _name(commitments: list[Commitment], words: Words, seed: int) -> None:
    """Invents a title; two documents of one visit never share a subject while others are free."""
    used: dict[tuple[str, str], set[str]] = {}
    for commitment in commitments:
        dice = Dice(seed, "title", commitment.id)
        visit = used.setdefault((commitment.partner_id, commitment.activity_id or commitment.id), set())
        subjects = _subjects_of(commitment.lead, words.subjects[commitment.field_id])
        fresh = [s for s in subjects if s["subject_en"] not in visit]
        subject = dice.pick(fresh or subjects)
        visit.add(subject["subject_en"])
        pattern = dice.pick(words.titles[commitment.instrument_id])
        number = f"{commitment.number:04d}"
        commitment.title_en = (
            f"{pattern['pattern_en'].replace('{s}', subject['subject_en'])} (demonstration no. {number})"
        )
        commitment.title_vi = f"{pattern['pattern_vi'].replace('{s}', subject['subject_vi'])} (minh họa số {number})"


def _twin(commitments: list[Commitment], dice: Dice) -> None:
    """Gives a few documents the title of another one of the same visit: probable duplicates, for a rule to find."""
    left = share.TWINS
    for pair in dice.shuffled(list(zip(commitments, commitments[1:], strict=False))):
        one, other = pair
        alike = all(getattr(one, cell) == getattr(other, cell) for cell in ("activity_id", "field_id", "instrument_id"))
        if left and alike and one.activity_id:
            other.title_en = one.title_en.replace(f"{one.number:04d}", f"{other.number:04d}")
            other.title_vi = one.title_vi.replace(f"{one.number:04d}", f"{other.number:04d}")
            other.lead, other.successor_lead = one.lead, one.successor_lead
            other.successor_from = one.successor_from
            left -= 1


def _subjects_of(agency_id: str, subjects: list[dict[str, str]]) -> list[dict[str, str]]:
    """What the body may sign about: the subjects of its own and those open to all; local ones are its only ones."""
    names = {agency_id, agency_id.split("-")[0]}
    own = [s for s in subjects if names & set(s["agencies"].split())]
    common = [s for s in subjects if not s["agencies"]]
    return own if own and len(own) < len(common) and agency_id not in BROAD else own + common


def _flag(commitments: list[Commitment], dice: Dice) -> None:
    """Chooses frameworks, undated commitments and key projects, in exact numbers."""
    mixed = dice.shuffled(commitments)
    statements = [c for c in mixed if c.instrument_id == "joint_statement"]
    plain = [c for c in mixed if c.instrument_id in ("memorandum", "agreement")]
    for commitment in statements[: share.FRAMEWORKS_JOINT_STATEMENT]:
        commitment.framework = True
    for commitment in plain[: share.FRAMEWORKS - share.FRAMEWORKS_JOINT_STATEMENT]:
        commitment.framework = True
    key = [
        c
        for c in mixed
        if c.field_id in KEY_FIELDS and not c.framework and c.instrument_id not in ("joint_statement", "minutes")
    ]
    for commitment in key[: share.KEY_PROJECTS]:
        commitment.key = True
    undated = [c for c in mixed if not c.framework and not c.key and c.instrument_id != "contract"]
    likely = [c for c in undated if c.instrument_id in ("joint_statement", "letter_of_intent", "minutes", "other")]
    others = [c for c in undated if c not in likely]
    for commitment in (likely[:38] + others)[: share.UNDATED]:
        commitment.grade = "undated"


def _date(commitment: Commitment, words: Words, dice: Dice) -> None:
    """Sets the first deadline; for a period it is the last day of the period."""
    if commitment.framework or commitment.grade == "undated":
        kind = "framework" if commitment.framework else "no_deadline"
        commitment.grade = "none"
        commitment.no_deadline_reason = dice.pick(words.reasons[kind])["text_vi"]
        return
    months = dice.along(share.DUE_MONTHS[commitment.instrument_id])
    if commitment.key:
        months += 10
    when = commitment.signed + timedelta(days=months * 30 + dice.below(30))
    precision = dice.weighted(share.DUE_PRECISION)
    if precision == "month":
        when = month_end(when.year, when.month)
    elif precision == "quarter":
        when = month_end(when.year, (when.month + 2) // 3 * 3)
    elif precision == "year":
        when = date(when.year, 12, 31)
    commitment.due, commitment.due_precision = when, precision
    commitment.grade = "indicative" if dice.chance(share.INDICATIVE) else "definitive"


def _record(commitments: list[Commitment], dice: Dice) -> None:
    """Says when the register first held each row."""
    opening, closing = date(2024, 4, 15), date(2024, 6, 28)
    for commitment in commitments:
        if commitment.signed < share.MECHANISM_START:
            when = opening + DAY * dice.below((closing - opening).days + 1)
            commitment.recorded = workday(when, -1)
        else:
            when = max(commitment.signed + DAY * dice.along(((0, 3), (600, 18), (900, 45), (1000, 70))), opening)
            commitment.recorded = min(workday(when), date(2026, 1, 9))
    summer = [c for c in commitments if c.signed <= share.PREVIOUS_T and c.recorded > share.PREVIOUS_K]
    last = [c for c in commitments if date(2025, 8, 20) <= c.signed <= share.PREVIOUS_T]
    after = dice.shuffled(last)[: share.RECORDED_AFTER_PREVIOUS]
    for commitment in summer:
        latest = (share.PREVIOUS_K - commitment.signed).days
        commitment.recorded = workday(commitment.signed + DAY * min(latest, dice.between(3, 10)), -1)
    for commitment in after:
        commitment.recorded = workday(date(2025, 10, 13) + DAY * dice.below(14))
    late = [c for c in commitments if share.MECHANISM_START <= c.signed < date(2025, 6, 15)]
    for commitment in dice.shuffled(late)[: share.RECORDED_LATE]:
        commitment.recorded = workday(commitment.signed + DAY * dice.between(92, 112))


def _join(commitments: list[Commitment], ref: Reference, dice: Dice) -> None:
    """Adds co-leads, participants, further partners and further fields.

    Co-leads and participants are bodies that lived through the whole period, so that no merger turns one of
    them into the lead of the same commitment.
    """
    steady = [a for a in ref.agencies if ref.lives_on(a) and ref.kind(a) in ("ministry", "ministerial_level")]
    wide = steady + [a for a in ref.agencies if ref.lives_on(a) and ref.kind(a) in ("government_attached", "locality")]
    mixed = dice.shuffled(commitments)
    for commitment in mixed[: share.CO_LED]:
        taken = (commitment.lead, commitment.successor_lead)
        commitment.co_lead = dice.pick([a for a in steady if a not in taken])
    for commitment in mixed[share.CO_LED - 60 : share.CO_LED - 60 + share.WITH_PARTICIPANT - 50]:
        taken = (commitment.lead, commitment.successor_lead, commitment.co_lead)
        free = [a for a in wide if a not in taken]
        commitment.participants = sorted(dice.shuffled(free)[: dice.weighted(((1, 700), (2, 240), (3, 60)))])
    countries = [p for p, row in ref.partners.items() if row["kind"] != "territory"]
    for commitment in dice.shuffled(commitments)[: share.FURTHER_PARTNER]:
        others = [p for p in countries if p != commitment.partner_id]
        commitment.partners = sorted(dice.shuffled(others)[: dice.weighted(((1, 800), (2, 200)))])
    top = sorted(set(ref.parent_field.values()))
    for commitment in dice.shuffled(commitments)[: share.FURTHER_FIELD]:
        others = [f for f in top if f != ref.parent_field[commitment.field_id]]
        commitment.fields = [dice.pick(others)]
