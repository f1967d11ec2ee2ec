-- Each pair of comparable reports of bodies that lead or co-lead: whether they conflict, in what, since when, and whether a
-- decision has settled it. A conflict lasts from the first round after the two last agreed.
with edition as (
  select * from {{ ref('editions') }}
),

looks as (
  select as_of_id, valid_date from {{ ref('as_of_dates') }} where as_of_id <> 'previous'
),

pairs as (
  select pairs.*, looks.valid_date
  from {{ ref('as_of_conflicts') }} as pairs
  inner join looks on pairs.as_of_id = looks.as_of_id
),

agreements as (
  select commitment_id, reporting_line, other_reporter_id, max(valid_date) as agreed_date
  from pairs
  where not is_conflict
  group by commitment_id, reporting_line, other_reporter_id
),

openings as (
  select
    pairs.commitment_id,
    pairs.reporting_line,
    pairs.other_reporter_id,
    min(pairs.valid_date) as first_look_date,
    min(pairs.as_of_date) as first_conflict_date
  from pairs
  left join agreements using (commitment_id, reporting_line, other_reporter_id)
  where coalesce(pairs.valid_date > agreements.agreed_date, true)
  group by pairs.commitment_id, pairs.reporting_line, pairs.other_reporter_id
),

decisions as (
  select commitment_id, decided_date from {{ ref('int_effective_status') }}
),

commitments as (
  select commitment_id, lead_agency_id_as_now from {{ ref('commitments') }}
),

current_pairs as (
  select
    pairs.*,
    commitments.lead_agency_id_as_now,
    edition.valid_date as edition_date,
    openings.first_look_date,
    openings.first_conflict_date,
    case when pairs.is_conflict and decisions.decided_date >= pairs.as_of_date then decisions.decided_date end as decided_date
  from pairs
  cross join edition
  inner join commitments using (commitment_id)
  left join openings using (commitment_id, reporting_line, other_reporter_id)
  left join decisions using (commitment_id)
  where pairs.as_of_id = 'edition'
)

select
  commitment_id,
  reporting_line,
  reporter_id,
  other_reporter_id,
  lead_agency_id_as_now,
  as_of_date,
  is_conflict,
  differs_in_status,
  differs_in_completion,
  differs_in_deadline,
  differs_in_progress,
  case
    when differs_in_status then 'status'
    when differs_in_completion then 'completion'
    when differs_in_deadline then 'deadline'
    when differs_in_progress then 'progress'
  end as conflict_kind,
  case when is_conflict then {{ round_of('first_look_date') }} end as first_round_id,
  case when is_conflict then first_conflict_date end as first_conflict_date,
  case when is_conflict then coalesce(decided_date, edition_date) - first_conflict_date end as days_open,
  decided_date,
  decided_date is not null as is_adjudicated
from current_pairs
