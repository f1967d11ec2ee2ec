-- Each report beside the one before it in the same line of reporting. The lead line runs on through successions, so that
-- a successor's first report is compared with its predecessor's last.
with updates as (
  select * from {{ ref('as_of_updates') }}
),

leads as (
  select distinct as_of_id, commitment_id, agency_id from {{ ref('as_of_lead_periods') }}
),

lines as (
  select
    updates.*,
    case when leads.agency_id is not null then 'lead' else updates.agency_id end as reporting_line
  from updates
  left join leads
    on updates.commitment_id = leads.commitment_id
    and updates.agency_id = leads.agency_id
    and updates.as_of_id = leads.as_of_id
),

rounds as (
  select round_id, period_start, period_end from {{ ref('stg_review_rounds') }}
),

normalised as (
  select
    lines.*,
    -- \pZ: the hard spaces of word processors too
    nullif(trim(lower(regexp_replace(lines.narrative, '[\s\pZ]+', ' ', 'g'))), '') as narrative_key,
    lines.no_change_confirmed and lines.as_of_date between rounds.period_start and rounds.period_end
      as is_confirmed_in_round
  from lines
  inner join rounds on lines.round_id = rounds.round_id
),

beside_previous as (
  select
    *,
    row_number() over line as line_position,
    row_number() over latest_first = 1 as is_latest,
    lag(round_id) over line as previous_round_id,
    lag(as_of_date) over line as previous_as_of_date,
    lag(status) over line as previous_status,
    lag(progress_pct) over line as previous_progress_pct,
    lag(progress_pct, 2) over line as progress_pct_two_rounds_before,
    lag(narrative_key) over line as previous_narrative_key,
    lag(current_deadline) over line as previous_current_deadline,
    lag(is_deadline_removed) over line as previous_is_deadline_removed,
    lag(difficulty_code) over line as previous_difficulty_code,
    lag(evidence_grade) over line as previous_evidence_grade,
    lag(evidence_ref) over line as previous_evidence_ref,
    lag(completed_date) over line as previous_completed_date
  from normalised
  window
    line as (partition by as_of_id, commitment_id, reporting_line order by as_of_date, received_at, revision, agency_id),
    latest_first as (partition by as_of_id, commitment_id, reporting_line
      order by as_of_date desc, received_at desc, revision desc, agency_id desc)
),

judged as (
  select
    *,
    -- no text is not the text of before
    coalesce(narrative_key = previous_narrative_key, false) as is_copied_forward,
    line_position = 1
    or (
      as_of_date > previous_as_of_date
      and (
        is_confirmed_in_round
        or status is distinct from previous_status
        or progress_pct is distinct from previous_progress_pct
        or current_deadline is distinct from previous_current_deadline
        or is_deadline_removed is distinct from previous_is_deadline_removed
        or difficulty_code is distinct from previous_difficulty_code
        or evidence_grade is distinct from previous_evidence_grade
        or evidence_ref is distinct from previous_evidence_ref
        or completed_date is distinct from previous_completed_date
      )
    ) as is_substantive
  from beside_previous
)

select * from judged
