-- The status that counts: a decision of the coordinating agency where there is one, else the least advanced claim of the
-- lead line and of those in conflict over it. No report of the lead is a status of its own, never "not started": a co-lead
-- can lower what the lead says, not speak in its place.
with commitments as (
  select * from {{ ref('as_of_commitments') }}
),

lead_line as (
  select * from {{ ref('as_of_lead_line') }}
),

conflicts as (
  select * from {{ ref('as_of_conflicts') }} where is_conflict
),

dates as (
  select * from {{ ref('as_of_dates') }}
),

decisions as (
  select
    dates.as_of_id,
    adjudications.commitment_id,
    arg_max(adjudications.decided_status, adjudications.decided_date) as decided_status,
    max(adjudications.decided_date) as decided_date
  from {{ ref('stg_adjudications') }} as adjudications
  inner join dates
    on adjudications.decided_date <= dates.valid_date
    and adjudications.recorded_date <= dates.knowledge_date
  group by dates.as_of_id, adjudications.commitment_id
),

sides as (
  select as_of_id, commitment_id, as_of_date, status, earliest_completed_date from conflicts
  union all
  select as_of_id, commitment_id, as_of_date, other_status, other_earliest_completed_date from conflicts
),

claims as (
  select
    as_of_id,
    commitment_id,
    min({{ status_rank('status') }}) as least_rank,
    max(as_of_date) as conflict_date,
    min(earliest_completed_date) as earliest_completed_date
  from sides
  group by as_of_id, commitment_id
),

judged as (
  select
    commitments.as_of_id,
    commitments.commitment_id,
    coalesce(lead_line.reported_status, 'no_information') as reported_status,
    decisions.decided_date,
    claims.commitment_id is not null as has_conflict,
    claims.commitment_id is not null and coalesce(decisions.decided_date < claims.conflict_date, true)
      as has_unresolved_conflict,
    case when coalesce(decisions.decided_date < claims.conflict_date, true) then claims.earliest_completed_date end
      as earliest_claimed_date,
    case
      when decisions.decided_date >= coalesce(claims.conflict_date, lead_line.last_as_of_date, decisions.decided_date)
        then decisions.decided_status
      when lead_line.reported_status is null then 'no_information'
      when claims.least_rank < {{ status_rank('lead_line.reported_status') }}
        then {{ status_of_rank('claims.least_rank') }}
      else lead_line.reported_status
    end as effective_status
  from commitments
  left join lead_line using (as_of_id, commitment_id)
  left join claims using (as_of_id, commitment_id)
  left join decisions using (as_of_id, commitment_id)
)

select * from judged
