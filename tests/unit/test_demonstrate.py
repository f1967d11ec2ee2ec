"""The demonstration package: exact counts, legality, documented mess, schemas, and the same bytes on each run.

Everything is recomputed here from the written files with pandas; nothing of the generator's inner state is used.
"""

import functools
import hashlib
import itertools
import json
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from camket.demonstrate import KEPT, generate, make

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "raw" / "demonstration"
REFERENCE = ROOT / "raw" / "reference"
T, K = "2025-12-31", "2026-01-10T23:59:59"
PREVIOUS_T, PREVIOUS_K = "2025-09-30", "2025-10-10"
SUBSTANCE = [
    "status", "progress_pct", "assigned_date", "plan_approved_date", "started_date", "completed_date",
    "current_due_date", "evidence_grade", "evidence_ref", "difficulty_code", "difficulty_note",
]  # fmt: skip
STEPS = {
    "": {"not_started", "in_progress", "completed"},
    "not_started": {"not_started", "in_progress"},
    "in_progress": {"in_progress", "completed", "suspended", "withdrawn"},
    "suspended": {"suspended", "in_progress"},
    "completed": {"completed"},
    "withdrawn": set(),
}


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def days(later: pd.Series | str, earlier: pd.Series) -> pd.Series:
    return (pd.to_datetime(later) - pd.to_datetime(earlier)).dt.days


class Package:
    """The written tables, and the views that the checks need."""

    def __init__(self):
        for path in (PACKAGE / "register").glob("*.csv"):
            setattr(self, path.stem, read(path))
        for name in ("agencies", "partners", "fields", "instruments", "review_rounds", "difficulty_codes"):
            setattr(self, name, read(REFERENCE / f"{name}.csv"))
        self.claims = read(PACKAGE / "claims" / "published_figures.csv")
        self.ledger = read(PACKAGE / "submission_ledger.csv")
        self.rounds = self.review_rounds[self.review_rounds.round_id.between("2024-Q2", "2025-Q4")]
        frames = [read(PACKAGE / file).assign(file=file) for file in self.ledger.file]
        updates = pd.concat(frames, ignore_index=True).merge(self.ledger[["file", "received_at"]], on="file")
        updates = updates.merge(self.rounds[["round_id", "data_cutoff", "due_date"]], on="round_id")
        co = self.commitment_agencies[self.commitment_agencies.role == "co_lead"]
        pairs = set(zip(co.commitment_id, co.agency_id, strict=True))
        updates["is_co"] = [p in pairs for p in zip(updates.commitment_id, updates.agency_id, strict=True)]
        self.updates = updates.merge(
            self.commitments[["commitment_id", "signed_date", "recorded_date", "is_key_project"]], on="commitment_id"
        )
        self.co_leads = co

        self.known = functools.cache(self.known)
        self.leads = functools.cache(self.leads)

    def known(self, k: str) -> pd.DataFrame:
        """The last revision of each row received by a moment."""
        rows = self.updates[self.updates.received_at <= k]
        rows = rows.sort_values(["commitment_id", "round_id", "agency_id", "revision"])
        return rows.drop_duplicates(["commitment_id", "round_id", "agency_id"], keep="last")

    def leads(self, k: str = "9999") -> pd.DataFrame:
        """Known rows of leads, in order of rounds."""
        rows = self.known(k)
        return rows[~rows.is_co].sort_values(["commitment_id", "round_id"])

    def responsible(self, when: str) -> pd.Series:
        """The lead of each commitment on a day."""
        lead = self.commitments.set_index("commitment_id").lead_agency_id.copy()
        taken = self.lead_assignments[self.lead_assignments.from_date <= when].set_index("commitment_id").agency_id
        lead.update(taken)
        return lead

    def state(self, k: str = K) -> pd.DataFrame:
        """One row for each commitment: register, last lead report known at K, exit, and the deadline in force."""
        columns = ["status", "completed_date", "completed_precision", "current_due_date", "as_of_date", "round_id",
                   "evidence_grade", "difficulty_code"]  # fmt: skip
        last = self.leads(k).drop_duplicates("commitment_id", keep="last").set_index("commitment_id")[columns]
        exits = self.commitment_exits.set_index("commitment_id")[["exit_date", "exit_type"]]
        state = self.commitments.set_index("commitment_id").join(last).join(exits).fillna("")
        state["due"] = state.current_due_date.where(state.current_due_date != "", state.due_date)
        early = state.exit_type.isin(["withdrawn", "overtaken_by_events"]) & (
            (state.due == "") | (state.exit_date <= state.due)
        )
        state["eligible"] = (state.is_ongoing_framework == "false") & (state.exit_type != "superseded") & ~early
        state["open"] = state.eligible & (state.status != "completed") & (state.exit_type == "")
        return state


@pytest.fixture(scope="module")
def package() -> Package:
    return Package()


# --- form ---------------------------------------------------------------------------------------------------------


def test_two_runs_give_the_committed_bytes(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "reference").symlink_to(REFERENCE)
    stale = tmp_path / "raw" / "demonstration" / "submissions" / "2020-Q1" / "OLD.csv"
    stale.parent.mkdir(parents=True)
    stale.write_text("left over")
    first, _ = make(REFERENCE)
    summary = generate(tmp_path)
    written = tmp_path / "raw" / "demonstration"
    again = {str(p.relative_to(written)): p.read_bytes() for p in written.rglob("*") if p.is_file()}
    committed = {str(p.relative_to(PACKAGE)): p.read_bytes() for p in PACKAGE.rglob("*") if p.is_file()}
    assert again == first
    assert again | {path: committed[path] for path in KEPT} == committed
    assert summary["commitments"] == 927
    assert [p.name for p in (tmp_path / "raw").iterdir() if p.name.startswith(".")] == []


def test_what_was_kept_of_the_checks_survives(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "reference").symlink_to(REFERENCE)
    folder = tmp_path / "raw" / "demonstration" / "register"
    folder.mkdir(parents=True)
    (folder / "findings_history.csv").write_text("kept\n")
    generate(tmp_path)
    assert (folder / "findings_history.csv").read_text() == "kept\n"
    assert (folder / "accepted_findings.csv").read_text().startswith("finding_id,accepted_by_role,")
    for path, columns in KEPT.items():
        schema = json.loads((ROOT / "schemas" / f"{Path(path).stem}.json").read_text(encoding="utf-8"))
        assert list(columns) == [field["name"] for field in schema["fields"]]


def test_another_seed_gives_another_package():
    other, summary = make(REFERENCE, seed=7)
    assert summary["commitments"] == 927
    assert other["register/commitments.csv"] != (PACKAGE / "register" / "commitments.csv").read_bytes()


def test_files_are_plain_sorted_csv(package):
    for path in PACKAGE.rglob("*.csv"):
        text = path.read_bytes().decode("utf-8")
        assert unicodedata.is_normalized("NFC", text) and "\r" not in text and not text.startswith("\ufeff")
        assert text.endswith("\n") and len(text.splitlines()) == len(read(path)) + 1, path
    for name in ("commitments", "activities", "commitment_exits", "lead_assignments", "commitment_agencies"):
        table = getattr(package, name)
        key = json.loads((ROOT / "schemas" / f"{name}.json").read_text())["primaryKey"]
        assert table[key].apply(tuple, axis=1).is_monotonic_increasing


def schema_of(path: Path) -> str:
    if path.parent.parent.name == "submissions":
        return "progress_updates"
    return path.stem


@pytest.mark.parametrize("path", sorted(p for p in PACKAGE.rglob("*.csv") if "submissions" not in p.parts), ids=str)
def test_tables_satisfy_their_schemas(path):
    assert_valid(path.read_bytes(), schema_of(path))


def test_submissions_satisfy_their_schema(package):
    parts = [(PACKAGE / file).read_text(encoding="utf-8").split("\n", 1) for file in package.ledger.file]
    assert len({header for header, _ in parts}) == 1
    assert_valid((parts[0][0] + "\n" + "".join(body for _, body in parts)).encode(), "progress_updates")


def assert_valid(content: bytes, name: str) -> None:
    from frictionless import Resource, Schema
    from frictionless.formats import CsvControl

    descriptor = json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    descriptor.pop("foreignKeys", None)
    # Frictionless reads fieldsMatch "equal"; the order is checked here too.
    assert content.decode().splitlines()[0].split(",") == [field["name"] for field in descriptor["fields"]]
    descriptor.pop("fieldsMatch", None)
    resource = Resource(
        data=content, format="csv", encoding="utf-8", control=CsvControl(), schema=Schema.from_descriptor(descriptor)
    )
    report = resource.validate(limit_errors=20)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


def test_every_key_refers_to_one_row(package):
    ids = set(package.commitments.commitment_id)
    agencies, fields = set(package.agencies.agency_id), set(package.fields.field_id)
    partners = set(package.partners.partner_id)
    c = package.commitments
    assert set(c.partner_id) <= partners and set(c.field_id) <= fields and set(c.lead_agency_id) <= agencies
    assert set(c.instrument_id) == set(package.instruments.instrument_id)
    assert set(c.activity_id) - {""} <= set(package.activities.activity_id)
    assert set(package.activities.partner_id) <= partners
    for name in ("commitment_agencies", "commitment_partners", "commitment_fields", "commitment_exits",
                 "lead_assignments", "adjudications", "previous_editions", "recommendation_responses"):  # fmt: skip
        assert set(getattr(package, name).commitment_id) <= ids, name
    assert set(package.updates.commitment_id) <= ids and set(package.updates.agency_id) <= agencies
    assert set(package.updates.difficulty_code) - {""} == set(package.difficulty_codes.difficulty_code)
    assert (package.claims.activity_id == "").all()
    made = set(zip(package.updates.commitment_id, package.updates.round_id, package.updates.agency_id, strict=True))
    r = package.recommendation_responses
    assert set(zip(r.commitment_id, r.round_id, r.agency_id, strict=True)) <= made


# --- register -----------------------------------------------------------------------------------------------------


def test_published_totals(package):
    signed = package.commitments.signed_date
    count = lambda start, end: int(signed.between(start, end).sum())  # noqa: E731
    assert len(signed) == 927 and package.commitments.document_id.nunique() == 927
    assert count("2025-01-01", "2025-12-31") == 349
    assert count("2025-01-01", "2025-09-30") == 339
    assert count("2025-01-01", "2025-06-30") == 253
    assert count("2025-07-01", "2025-09-30") == 86
    assert 180 <= count("2025-04-01", "2025-06-30") <= 199
    assert count("2024-01-01", "2024-12-31") == 173 and count("2024-01-01", "2024-09-30") == 136
    early = [count(f"{year}-01-01", f"{year}-12-31") for year in (2021, 2022, 2023)]
    assert sum(early) == 405 and early == sorted(early)
    assert list(package.commitments.commitment_id) == [f"DEMO-{i:04d}" for i in range(1, 928)]
    assert signed.is_monotonic_increasing


def test_recording(package):
    c = package.commitments
    before = c[c.signed_date < "2024-04-01"]
    assert before.recorded_date.between("2024-04-15", "2024-06-28").all()
    later = c[c.signed_date >= "2024-04-01"]
    lag = days(later.recorded_date, later.signed_date)
    assert (lag >= 1).all() and (lag > 90).sum() == 12 and c.recorded_date.max() <= "2026-01-10"
    assert 4 <= ((c.signed_date <= PREVIOUS_T) & (c.recorded_date > PREVIOUS_K)).sum() <= 9


def test_mix_is_that_of_the_public_record(package):
    public = read(ROOT / "src" / "camket" / "demonstrate" / "data" / "mix.csv")
    c = package.commitments
    for kind, column in (("partner", "partner_id"), ("instrument", "instrument_id")):
        weights = public[public.kind == kind].set_index("id").weight.astype(int)
        assert ((c[column].value_counts(normalize=True) - weights / weights.sum()).abs() < 0.005).all()
    parent = package.fields.set_index("field_id").parent_field_id
    top = c.field_id.map(lambda f: parent[f] or f)
    assert top.nunique() == 14
    assert top.isin(["economy", "trade_investment"]).mean() == pytest.approx(0.30, abs=0.005)
    assert top.isin(["construction", "energy"]).mean() == pytest.approx(0.20, abs=0.005)


def test_titles_and_fixed_columns(package):
    c = package.commitments
    assert c.title_en.is_unique and c.title_vi.is_unique
    assert c.title_en.str.contains(r"\(demonstration no\. \d{4}\)$").all()
    assert c.title_vi.str.contains(r"\(minh họa số \d{4}\)$").all()
    assert (c.title_vi_basis == "invented").all() and (c.lead_basis == "assigned").all()
    assert (c.disclosure == "public").all() and (c.signed_precision == "day").all() and (c.source_url == "").all()


def test_probable_duplicates(package):
    c = package.commitments
    bare = c.title_en.str.replace(r" \(demonstration.*", "", regex=True)
    twins = c[(c.activity_id != "") & c.assign(bare=bare).duplicated(["activity_id", "bare"])]
    assert 3 <= len(twins) <= 6


def test_flags_and_deadlines(package):
    c = package.commitments
    framework, key, undated = c.is_ongoing_framework == "true", c.is_key_project == "true", c.due_date == ""
    assert framework.mean() == pytest.approx(0.09, abs=0.005) and key.mean() == pytest.approx(0.04, abs=0.005)
    assert (undated & ~framework).mean() == pytest.approx(0.08, abs=0.005)
    assert (framework & ~undated).sum() == 0 and (key & undated).sum() == 0
    assert ((c.no_deadline_reason != "") == undated).all() and ((c.deadline_grade == "none") == undated).all()
    assert ((c.due_precision == "") == undated).all()
    dated = c[~undated]
    lag = days(dated.due_date, dated.signed_date)
    assert lag.min() >= 170 and lag.max() <= 5 * 366 + 366
    ends = pd.to_datetime(dated.due_date)
    assert ends[dated.due_precision == "month"].dt.is_month_end.all()
    assert ends[dated.due_precision == "quarter"].dt.is_quarter_end.all()
    assert ends[dated.due_precision == "year"].dt.is_year_end.all()
    assert set(dated.due_precision) == {"day", "month", "quarter", "year"}
    assert (dated.due_precision == "day").mean() > 0.7


def test_bodies(package):
    c, agencies = package.commitments, package.agencies.set_index("agency_id")
    lead = c.join(agencies, on="lead_agency_id")
    assert ((lead.valid_from == "") | (lead.valid_from <= lead.signed_date)).all()
    assert ((lead.valid_to == "") | (lead.valid_to >= lead.signed_date)).all()
    assert set(lead.kind) == set(agencies.kind) - {"not_stated"}
    assert 55 <= c.lead_agency_id.nunique() <= 70
    assert {"MPI", "MOT", "MARD", "MONRE", "MIC", "MOLISA", "CEMA"} <= set(c.lead_agency_id)
    ca = package.commitment_agencies
    assert ca.commitment_id.nunique() / 927 == pytest.approx(0.40, abs=0.02)
    assert (ca.role == "co_lead").sum() / 927 == pytest.approx(0.12, abs=0.01)
    assert package.commitment_partners.commitment_id.nunique() / 927 == pytest.approx(0.04, abs=0.005)
    assert package.commitment_fields.commitment_id.nunique() / 927 == pytest.approx(0.15, abs=0.005)
    first = set(zip(c.commitment_id, c.partner_id, strict=True))
    assert not first & set(zip(package.commitment_partners.commitment_id, package.commitment_partners.partner_id,
                               strict=True))  # fmt: skip


def test_assignments_after_mergers(package):
    c, agencies = package.commitments, package.agencies.set_index("agency_id")
    merged = c[c.lead_agency_id.map(agencies.valid_to) != ""]
    a = package.lead_assignments
    assert sorted(a.commitment_id) == sorted(merged.commitment_id)
    rows = a.merge(c, on="commitment_id")
    ended = pd.to_datetime(rows.lead_agency_id.map(agencies.valid_to)) + pd.Timedelta(days=1)
    assert (pd.to_datetime(rows.from_date) == ended).all()
    assert (rows.agency_id.map(agencies.valid_to) == "").all()
    dated = a[a.document_date != ""]
    assert ((a.document == "") == (a.document_date == "")).all()
    within = (days(dated.document_date, dated.from_date) <= 60).sum() / len(a)
    assert within > 0.75 and 0.06 < 1 - len(dated) / len(a) < 0.18
    assert (dated.recorded_date >= dated.document_date).all() and (a.recorded_date <= "2026-01-10").all()
    for this in package.rounds.itertuples():
        started = a[(a.from_date <= this.data_cutoff)].merge(c[["commitment_id", "recorded_date"]], on="commitment_id")
        k = (pd.Timestamp(this.due_date) + pd.Timedelta(days=5)).strftime("%Y-%m-%d")
        assert ((started.recorded_date_x <= k) | (started.recorded_date_y > k)).all(), this.round_id
    # Nobody is at once lead and co-lead.
    now, co = package.responsible(T), package.commitment_agencies
    assert (now.reindex(co.commitment_id).to_numpy() != co.agency_id.to_numpy()).all()


def test_activities(package):
    a = package.activities
    assert len(a) == 110 and (a.principal == "").all()
    assert a.title_en.str.fullmatch(r"High-level external activity no\. \d+ \(demonstration\)").all()
    cited = package.commitments[package.commitments.activity_id != ""].merge(a, on="activity_id")
    assert len(cited) / 927 == pytest.approx(0.92, abs=0.005)
    assert cited.signed_date.between(cited.start_date, cited.end_date).all()
    assert (cited.partner_id_x == cited.partner_id_y).all()


def test_exits(package):
    e = package.commitment_exits.merge(package.commitments, on="commitment_id", suffixes=("", "_c"))
    assert len(e) / 927 == pytest.approx(0.04, abs=0.005)
    assert set(e.exit_type) == {"withdrawn", "superseded", "expired_unimplemented", "overtaken_by_events"}
    assert (e.exit_date >= e.signed_date).all() and (e.exit_date <= T).all()
    assert (e.recorded_date >= e.exit_date).all() and (e.recorded_date <= "2026-01-10").all()
    assert (e.decided_by != "").all() and (e.document != "").all()
    assert ((e.successor_id != "") == (e.exit_type == "superseded")).all()
    heirs = e[e.successor_id != ""].merge(package.commitments, left_on="successor_id", right_on="commitment_id")
    assert (heirs.signed_date_y >= heirs.signed_date_x).all()
    assert not set(heirs.successor_id) & set(e.commitment_id)
    after = (e.exit_type == "withdrawn") & (e.due_date != "") & (e.exit_date > e.due_date)
    assert after.sum() >= 4 and ((e.exit_type == "withdrawn") & ~after).sum() >= 4


def test_previous_edition(package):
    p, c = package.previous_editions, package.commitments
    due = c[(c.signed_date <= PREVIOUS_T) & (c.recorded_date <= PREVIOUS_K)]
    assert (p.edition_id == PREVIOUS_T).all() and sorted(p.commitment_id) == sorted(due.commitment_id)
    both = p.merge(c, on="commitment_id")
    assert 5 <= (both.title_en_x != both.title_en_y).sum() <= 8
    for column in ("due_date", "signed_date", "partner_id", "instrument_id"):
        assert (both[f"{column}_x"] == both[f"{column}_y"]).all()


def test_claims(package):
    claims = package.claims.set_index("claim_id")
    wanted = {"CL-031": 339, "CL-032": 86, "CL-033": 2.5, "CL-034": 250, "CL-035": 2, "CL-036": 200, "CL-037": 15,
              "CL-038": 0, "CL-039": 170, "CL-047": 927, "CL-048": 350, "CL-049": 30, "CL-050": 20,
              "CL-080": 258}  # fmt: skip
    assert claims.quantity.astype(float).to_dict() == wanted
    assert claims.field_ids["CL-049"] == "economy trade_investment"
    assert claims.field_ids["CL-050"] == "construction energy"
    ratios = claims[claims.test == "ratio_signed"]
    assert list(ratios.base_period_start) == ["2024-01-01"] * 2
    assert list(ratios.base_period_end) == ["2024-09-30", "2024-12-31"]


# --- submissions: legality ----------------------------------------------------------------------------------------


def test_ledger(package):
    ledger = package.ledger
    on_disk = {p.relative_to(PACKAGE).as_posix() for p in (PACKAGE / "submissions").rglob("*.csv")}
    assert set(ledger.file) == on_disk
    for row in ledger.itertuples():
        content = (PACKAGE / row.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.sha256 and len(content) == int(row.bytes)
        rows = package.updates[package.updates.file == row.file]
        assert len(rows) == int(row.row_count) > 0
        assert set(rows.agency_id) == {row.agency_id} and set(rows.round_id) == {row.round_id}
        assert set(rows.revision) == {row.revision}
    when = pd.to_datetime(ledger.received_at)
    assert (when.dt.day_of_week < 5).all() and when.dt.hour.between(8, 17).all()
    second = ledger[ledger.revision == "2"].merge(ledger, left_on="supersedes", right_on="file")
    assert len(second) == (ledger.revision == "2").sum() and (second.received_at_x > second.received_at_y).all()
    assert (second.row_count_x == second.row_count_y).all() and (second.sha256_x != second.sha256_y).all()
    assert (ledger.original_sha256 == "").all() and (ledger.original_name != "").all()


def test_only_the_responsible_report(package):
    agencies = package.agencies.set_index("agency_id")
    exits = package.commitment_exits.set_index("commitment_id").exit_date
    for cutoff, rows in package.updates.groupby("data_cutoff"):
        lead = rows[~rows.is_co]
        assert (package.responsible(cutoff).reindex(lead.commitment_id).to_numpy() == lead.agency_id.to_numpy()).all()
        ends = rows.agency_id.map(agencies.valid_to)
        assert ((ends == "") | (ends >= cutoff)).all()
        assert (rows.recorded_date <= cutoff).all() and (rows.signed_date <= cutoff).all()
        gone = rows.commitment_id.map(exits).fillna("9999")
        assert (gone > cutoff).all()


def test_dates_are_coherent(package):
    u = package.updates
    received = u.received_at.str[:10]
    assert (u.as_of_date <= u.data_cutoff).all() and (u.as_of_date <= received).all()
    assert (u.as_of_date >= u.signed_date).all()
    for column in ("assigned_date", "plan_approved_date", "started_date", "completed_date", "evidence_date"):
        told = u[u[column] != ""]
        assert (told[column] <= told.as_of_date).all(), column
    done = u[u.completed_date != ""]
    assert (done.completed_date >= done.signed_date).all()
    assert (done.completed_date >= done.started_date).all() and (done.completed_date >= done.assigned_date).all()
    ordered = u.sort_values(["commitment_id", "agency_id", "round_id", "revision"])
    before = ordered.groupby(["commitment_id", "agency_id"]).as_of_date.shift()
    assert (before.isna() | (ordered.as_of_date >= before)).all()


def test_rows_are_complete(package):
    u = package.updates
    done = u.status == "completed"
    assert (u[done].progress_pct == "100").all() and (u[~done].progress_pct != "100").all()
    assert (u[done].completed_precision != "").all()
    assert ((u[done].completed_date == "") == (u[done].completed_precision == "unknown")).all()
    assert (u[~done].completed_date == "").all() and (u[~done].completed_precision == "").all()
    assert (u[done].evidence_grade != "").all()
    month = u[u.completed_precision == "month"]
    assert month.completed_date.str.endswith("-01").all()
    hard = u.difficulty_code != ""
    assert ((u.difficulty_note != "") == hard).all() and ((u.within_competence != "") == hard).all()
    assert ((u.recommendation != "") == (u.addressed_to != "")).all()
    assert (u[u.within_competence == "false"].recommendation != "").all()
    assert ((u.current_due_date != "") == (u.current_due_precision != "")).all()
    assert u.narrative.str.len().between(15, 600).all()
    assert ((u.due_change_reason == "") | (u.current_due_date != "")).all()
    assert u.narrative.str.contains('"').any() and u.narrative.str.contains(",").any()


EDITIONS = ["2024-07-10", "2024-10-10", "2025-01-10", "2025-04-10", "2025-07-10", PREVIOUS_K, "2026-01-10", "9999"]


@pytest.mark.parametrize("k", EDITIONS)
def test_status_steps_are_legal_in_every_edition(package, k):
    # Only a lead's own word and that of the lead before it make one sequence; a co-lead's is another.
    rows = package.known(k + "T23:59:59").sort_values(["commitment_id", "is_co", "round_id"])
    for _, told in itertools.groupby(rows.itertuples(), lambda row: (row.commitment_id, row.is_co)):
        status = ""
        for row in told:
            if row.status_change_reason:
                assert (status, row.status) in {("completed", "in_progress"), ("in_progress", "not_started")}
            else:
                assert row.status in STEPS[status], (row.commitment_id, row.round_id, status, row.status)
            status = row.status


def test_withdrawal_is_followed_by_an_exit(package):
    gone = package.updates[package.updates.status == "withdrawn"].commitment_id
    assert len(gone) >= 3
    exits = package.commitment_exits.set_index("commitment_id").exit_type
    assert (exits.reindex(gone) == "withdrawn").all()


def test_deadline_moves_have_reasons_and_are_carried(package):
    baselines = package.commitments.set_index("commitment_id").due_date.to_dict()
    for i, rows in itertools.groupby(package.leads().itertuples(), lambda row: row.commitment_id):
        baseline, current = baselines[i], ""
        for row in rows:
            moved = row.current_due_date != current
            assert moved == (row.due_change_reason != ""), (i, row.round_id)
            assert not (current and not row.current_due_date)
            assert not moved or row.current_due_date != (current or baseline)
            current = row.current_due_date


def test_key_projects(package):
    u = package.updates[package.updates.is_key_project == "true"]
    assert (u[u.status == "completed"].evidence_grade == "A").all()
    assert conflicts(package, K, key=True) == []
    assert conflicts(package, PREVIOUS_K + "T23:59:59", key=True) == []


def conflicts(package: Package, k: str, key: bool | None = None, common_round: bool = False) -> list[str]:
    """Commitments whose lead and co-lead contradict each other in their last comparable reports."""
    known, found = package.known(k), []
    for pair in package.co_leads.itertuples():
        rows = known[known.commitment_id == pair.commitment_id]
        lead = rows[~rows.is_co].set_index("round_id")
        co = rows[rows.agency_id == pair.agency_id].set_index("round_id")
        shared = sorted(set(lead.index) & set(co.index))
        if lead.empty or co.empty or (common_round and not shared):
            continue
        a, b = (lead.loc[shared[-1]], co.loc[shared[-1]]) if common_round else (lead.iloc[-1], co.iloc[-1])
        if key is not None and (a.is_key_project == "true") != key:
            continue
        gap = lambda x, y: abs((pd.Timestamp(x) - pd.Timestamp(y)).days) if x and y else 0  # noqa: E731
        apart = abs(int(a.progress_pct or 0) - int(b.progress_pct or 0)) if a.progress_pct and b.progress_pct else 0
        differ = a.status != b.status or apart > 20 or gap(a.completed_date, b.completed_date) > 31
        if differ and gap(a.as_of_date, b.as_of_date) <= 45:
            found.append(pair.commitment_id)
    return found


# --- documented proportions ---------------------------------------------------------------------------------------


def test_rates(package):
    state = package.state()
    eligible = state[state.eligible]
    done = eligible.status == "completed"
    due = eligible[(eligible.due_date != "") & (eligible.due_date <= T)]
    r2 = (due.status == "completed").mean()
    r3 = ((due.status == "completed") & (due.completed_date != "") & (due.completed_date <= due.due_date)).mean()
    assert 0.40 <= done.mean() <= 0.45
    assert 0.62 <= r2 <= 0.70 and r3 < r2 - 0.1
    overdue = state[state.open & (state.due != "") & (state.due <= T)]
    age = days(T, overdue.due)
    assert 105 <= len(overdue) <= 160 and age.min() <= 30 and (age > 730).sum() >= 5
    kind = eligible.lead_agency_id.map(package.agencies.set_index("agency_id").kind)
    assert abs(done[kind == "ministry"].mean() - done[kind == "locality"].mean()) < 0.2


def test_lags(package):
    last = package.leads().drop_duplicates("commitment_id", keep="last")
    lag = lambda column: days(last[last[column] != ""][column], last[last[column] != ""].signed_date)  # noqa: E731
    assert 20 <= lag("assigned_date").median() <= 30
    assert 75 <= lag("started_date").median() <= 105
    assert lag("completed_date").quantile(0.9) > 2 * lag("completed_date").median()


def test_lateness_and_gaps(package):
    ledger = package.ledger.merge(package.rounds, on="round_id")
    first = ledger[ledger.revision == "1"]
    late = first.received_at.str[:10] > first.due_date
    assert 0.10 <= late.mean() <= 0.17
    corrected = ledger[(ledger.round_id == "2025-Q3") & (ledger.revision == "2")]
    assert (corrected.received_at > PREVIOUS_K + "T23:59:59").sum() >= 2
    assert ((first.round_id == "2025-Q4") & (first.received_at > K)).sum() >= 1
    assert ledger.received_at.max() < "2026-02-01"
    assert 0.05 <= (ledger.verdict == "accepted_after_return").mean() <= 0.13
    missing, rows_owed, rows_missing, obligations = {}, 0, 0, 0
    exits = package.commitment_exits.set_index("commitment_id").exit_date
    for this in package.rounds.itertuples():
        earlier = package.leads()
        earlier = earlier[earlier.round_id < this.round_id].drop_duplicates("commitment_id", keep="last")
        closed = set(earlier[earlier.status.isin(["completed", "withdrawn"])].commitment_id)
        c = package.commitments
        c = c[(c.recorded_date <= this.data_cutoff) & ~c.commitment_id.isin(closed)]
        c = c[c.commitment_id.map(exits).fillna("9999") > this.data_cutoff]
        who = package.responsible(this.data_cutoff).reindex(c.commitment_id)
        sent = set(package.ledger[package.ledger.round_id == this.round_id].agency_id)
        obligations += who.nunique()
        for body in set(who) - sent:
            missing.setdefault(body, []).append(this.round_id)
        told = set(package.leads()[package.leads().round_id == this.round_id].commitment_id)
        expected = who[who.isin(sent)].index
        rows_owed, rows_missing = rows_owed + len(expected), rows_missing + len(set(expected) - told)
    assert 0.03 <= sum(map(len, missing.values())) / obligations <= 0.08
    names = list(package.rounds.round_id)
    pairs = {body: zip(silent, silent[1:], strict=False) for body, silent in missing.items()}
    twice = [body for body, pair in pairs.items() if any(names.index(b) - names.index(a) == 1 for a, b in pair)]
    assert 2 <= len(twice) <= 4
    assert 0.02 <= rows_missing / rows_owed <= 0.07


def test_staleness_and_copies(package):
    state = package.state()
    opened = state[state.open].index
    stale = copied = dressed = 0
    for _, rows in package.leads(K)[lambda d: d.commitment_id.isin(opened)].groupby("commitment_id"):
        reports, fresh, previous = rows.to_dict("records"), None, None
        for row in reports:
            changed = previous is None or any(row[cell] != previous[cell] for cell in SUBSTANCE)
            later = previous is None or row["as_of_date"] > previous["as_of_date"]
            if later and (changed or row["no_change_confirmed"] == "true"):
                fresh = row["as_of_date"]
            dressed += later and not changed and row["no_change_confirmed"] != "true"
            previous = row
        stale += (pd.Timestamp(T) - pd.Timestamp(fresh)).days > 184
        copied += len(reports) > 1 and reports[-1]["narrative"] == reports[-2]["narrative"]
    assert 0.12 <= stale / len(opened) <= 0.18
    assert 0.06 <= copied / len(opened) <= 0.10
    assert dressed >= 20


def test_contradictions(package):
    shared = len(set(package.known(K)[lambda d: d.is_co].commitment_id))
    assert 0.20 <= len(conflicts(package, K, common_round=True)) / shared <= 0.30
    decided = package.adjudications
    assert len(decided) == 2 and not set(decided.commitment_id) & set(
        package.commitments[package.commitments.is_key_project == "true"].commitment_id
    )
    assert conflicts(package, K) and set(conflicts(package, K)) & set(decided.commitment_id)


def test_slippage(package):
    before = after = 0
    twice = []
    baseline = package.commitments.set_index("commitment_id").due_date
    for i, rows in package.leads().groupby("commitment_id"):
        current, moves = baseline[i], 0
        for row in rows.itertuples():
            new = row.current_due_date or baseline[i]
            if new != current:
                moves += 1
                before, after = before + (row.as_of_date <= current), after + (row.as_of_date > current)
            current = new
        twice += [i] * (moves > 1)
    assert before >= 30 and after >= 20 and len(twice) >= 3


def test_reversals_evidence_and_precision(package):
    first = package.updates[package.updates.revision == "1"]
    assert 10 <= (first.status_change_reason != "").sum() <= 14
    done = package.state()[lambda s: s.eligible & (s.status == "completed")]
    assert 0.11 <= (~done.evidence_grade.isin(["A", "B"])).mean() <= 0.19
    assert (done.completed_precision == "month").sum() >= 10 and (done.completed_precision == "unknown").sum() >= 5
    assert (package.updates.status == "suspended").sum() >= 8
    assert (package.updates.no_change_confirmed == "true").mean() > 0.05


def test_difficulties_and_answers(package):
    state = package.state()
    opened = state[state.open]
    assert 0.25 <= (opened.difficulty_code != "").mean() <= 0.36
    overdue = opened[(opened.due != "") & (opened.due <= T)]
    assert (overdue.difficulty_code == "").sum() >= 20
    asked = package.leads()[lambda d: (d.recommendation != "") & (d.round_id < "2025-Q4")]
    answers = package.recommendation_responses
    assert 0.50 <= len(answers) / len(asked) <= 0.60
    given = answers[answers.response_date != ""]
    assert ((answers.outcome != "") == (answers.response_date != "")).all()
    assert (given.response_date > given.response_due_date).sum() >= 10 and len(given) < len(answers)
    assert (given.recorded_date >= given.response_date).all() and (answers.recorded_date <= "2026-01-10").all()
