-- One row per commitment and event (assigned, started, completed): when it happened, or what is known instead. Ongoing frameworks
-- have no end and are left out.
with commitments as (
  select
    commitments.*,
    edition.valid_date,
    {{ period_end('signed_date', 'signed_precision') }} as signed_latest_date,
    coalesce(last_as_of_date, recorded_date) as last_heard_date,
    edition.valid_date - coalesce(last_substantive_date, recorded_date) > {{ parameter('stale_days') }} as is_stale
  from {{ ref('commitments') }} as commitments
  cross join {{ ref('editions') }} as edition
  where not is_ongoing_framework
),

-- What has visibly happened without a day (started, since in progress) is no waiting time and no event with a day: set aside.
-- A start that the status which counts denies, as when co-leads disagree, has not happened yet, and so proves no assignment.
counted as (
  select * replace (case when effective_status <> 'not_started' then started_date end as started_date)
  from commitments
),

events as (
  select
    *,
    'assigned' as event,
    assigned_date as event_date,
    assigned_date as earliest_event_date,
    assigned_date is null and (
      coalesce(plan_approved_date, started_date) is not null or effective_status in ('in_progress', 'suspended', 'completed')
    ) as is_undated
  from counted
  union all
  select
    *,
    'started',
    started_date,
    started_date,
    started_date is null and effective_status in ('in_progress', 'suspended', 'completed')
  from counted
  union all
  select *, 'completed', completed_date, earliest_completed_date, false from counted
)

select
  event,
  commitment_id,
  instrument_class,
  signed_date,
  signed_latest_date,
  recorded_date,
  case when event_date <= valid_date then event_date end as event_date,
  case when event_date <= valid_date then earliest_event_date end as earliest_event_date,
  is_undated,
  exit_date,
  least(valid_date, case when is_stale then last_heard_date else valid_date end) as credible_date,
  least(valid_date, last_heard_date) as last_heard_date,
  valid_date
from events
