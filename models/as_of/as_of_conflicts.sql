-- Comparable pairs: the last reports of any two bodies that lead or co-lead (all successive leads are one), when their as-of
-- dates are close. The lead line stands first in its pairs; two co-leads stand in the order of their codes. A lead that says
-- nothing of the deadline stands by the one in force; a co-lead that says nothing of it says nothing.
with latest as (
  select
    sequence.* exclude (current_deadline, is_deadline_removed),
    case when sequence.reporting_line = 'lead' then {{ standing_deadline('lead_line', 'commitments') }}
      else sequence.current_deadline end as current_deadline,
    if(sequence.reporting_line = 'lead', lead_line.is_deadline_removed, sequence.is_deadline_removed) as is_deadline_removed,
    case when sequence.status = 'completed'
      -- a completion without a day may have been on any day since signing
      then coalesce({{ period_start('sequence.completed_date', 'sequence.completed_precision') }}, commitments.signed_date)
    end as earliest_completed_date
  from {{ ref('as_of_reports') }} as sequence
  inner join {{ ref('as_of_commitments') }} as commitments using (as_of_id, commitment_id)
  left join {{ ref('as_of_lead_line') }} as lead_line using (as_of_id, commitment_id)
  where sequence.is_latest
),

co_leads as (
  select * from {{ ref('stg_commitment_agencies') }} where role = 'co_lead'
),

bodies as (
  select * from latest where reporting_line = 'lead'
  union all
  select latest.*
  from latest
  inner join co_leads on latest.commitment_id = co_leads.commitment_id and latest.reporting_line = co_leads.agency_id
),

pairs as (
  select
    one.as_of_id,
    one.commitment_id,
    one.reporting_line,
    one.agency_id as reporter_id,
    other.agency_id as other_reporter_id,
    {% for column in ['status', 'progress_pct', 'completed_date', 'current_deadline', 'is_deadline_removed',
      'earliest_completed_date', 'source_file', 'source_row'] -%}
    one.{{ column }} as {{ column }},
    other.{{ column }} as other_{{ column }},
    {% endfor -%}
    greatest(one.as_of_date, other.as_of_date) as as_of_date
  from bodies as one
  inner join bodies as other
    on one.commitment_id = other.commitment_id
    and one.as_of_id = other.as_of_id
    and other.reporting_line <> 'lead'
    and (one.reporting_line = 'lead' or one.reporting_line < other.reporting_line)
    and abs(one.as_of_date - other.as_of_date) <= {{ parameter('conflict_as_of_days') }}
),

compared as (
  select
    *,
    status <> other_status as differs_in_status,
    coalesce(abs(progress_pct - other_progress_pct) > {{ parameter('conflict_progress_pp') }}, false) as differs_in_progress,
    coalesce(abs(completed_date - other_completed_date) > {{ parameter('conflict_date_days') }}, false)
      as differs_in_completion,
    coalesce(abs(current_deadline - other_current_deadline) > {{ parameter('conflict_date_days') }}, false)
      or (is_deadline_removed and other_current_deadline is not null)
      or (other_is_deadline_removed and current_deadline is not null) as differs_in_deadline
  from pairs
)

select
  *,
  differs_in_status or differs_in_progress or differs_in_completion or differs_in_deadline as is_conflict
from compared
