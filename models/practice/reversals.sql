-- Commitments whose effective status went backwards, or whose progress fell, from one round to the next, at one K.
-- To suspend or to withdraw is not a step back; to give up a completion or a start is. A completion that its lead takes back as an
-- error no longer counts in the rounds before (as_of_reports), but is a reversal of the round in which the lead says so.
with looks as (
  select
    as_of_id as to_id,
    valid_date as to_date,
    lag(as_of_id) over (order by valid_date) as from_id,
    lag(valid_date) over (order by valid_date) as from_date
  from {{ ref('as_of_dates') }}
  where as_of_id <> 'previous'
),

populations as (
  select * from {{ ref('as_of_populations') }}
),

decisions as (
  select as_of_id, commitment_id, decided_date from {{ ref('as_of_effective_status') }}
),

lead_line as (
  select as_of_id, commitment_id, told_progress_pct from {{ ref('as_of_lead_line') }} where is_taken_back
),

reasons as (
  select
    looks.to_id,
    reports.commitment_id,
    arg_max(reports.status_change_reason, reports.line_position) as reason
  from looks
  inner join {{ ref('int_update_sequence') }} as reports
    on reports.as_of_date > looks.from_date and reports.as_of_date <= looks.to_date
  where reports.reporting_line = 'lead' and reports.status_change_reason is not null
  group by looks.to_id, reports.commitment_id
),

steps as (
  select
    looks.to_id, looks.from_date, looks.to_date, later.commitment_id, later.lead_agency_id_as_now as agency_id,
    later_error.commitment_id is null and earlier_error.commitment_id is not null as is_taken_back,
    case when is_taken_back then 'completed' else earlier.effective_status end as from_status, later.effective_status as to_status,
    case when is_taken_back then earlier_error.told_progress_pct else earlier.progress_pct end as from_progress_pct,
    later.progress_pct as to_progress_pct,
    earlier.current_deadline is distinct from later.current_deadline as is_rebaselined,
    later.reported_status = earlier.reported_status as is_report_unchanged,
    decisions.decided_date,
    reasons.reason
  from looks
  inner join populations as later on looks.to_id = later.as_of_id
  inner join populations as earlier on looks.from_id = earlier.as_of_id and later.commitment_id = earlier.commitment_id
  left join lead_line as earlier_error on looks.from_id = earlier_error.as_of_id and later.commitment_id = earlier_error.commitment_id
  left join lead_line as later_error on looks.to_id = later_error.as_of_id and later.commitment_id = later_error.commitment_id
  left join decisions on looks.to_id = decisions.as_of_id and later.commitment_id = decisions.commitment_id
  left join reasons on looks.to_id = reasons.to_id and later.commitment_id = reasons.commitment_id
),

judged as (
  select
    *,
    case
      when from_status = 'completed' and to_status in ('not_started', 'in_progress', 'suspended') then 'completed_reopened'
      when from_status in ('in_progress', 'suspended') and to_status = 'not_started' then 'start_undone'
      when from_progress_pct - to_progress_pct > {{ parameter('progress_tolerance_pp') }} and not is_rebaselined
        and to_status <> 'withdrawn' then 'progress_fell'
    end as reversal_kind
  from steps
),

explained as (
  select
    *,
    case
      when is_taken_back and reversal_kind = 'completed_reopened' then 'error'
      when reason is not null then reason
      when decided_date > from_date then 'decision'
      when reversal_kind <> 'progress_fell' and is_report_unchanged then 'conflict'
      else 'not_stated'
    end as reversal_reason
  from judged
  where reversal_kind is not null
)

select
  commitment_id,
  case to_id when 'edition' then {{ round_of('to_date') }} else to_id end as round_id,
  agency_id,
  to_date,
  reversal_kind,
  from_status,
  to_status,
  from_progress_pct,
  to_progress_pct,
  reversal_reason,
  is_taken_back and reversal_kind = 'completed_reopened' as is_restatement
from explained
