-- Every time a report of the lead line moved the deadline in force, or took it away: a deadline that is gone has slipped beyond
-- any day, and is no exit. A report that is silent on the deadline changes nothing.
with reports as (
  select * from {{ ref('int_update_sequence') }}
  where reporting_line = 'lead' and (current_deadline is not null or is_deadline_removed)
),

baselines as (
  select commitment_id, baseline_deadline, lead_agency_id_as_now from {{ ref('commitments') }}
),

in_force as (
  select
    reports.*,
    baselines.lead_agency_id_as_now,
    reports.current_deadline as new_deadline,
    case when lag(reports.line_position) over line is null then baselines.baseline_deadline
      else lag(reports.current_deadline) over line
    end as old_deadline,
    coalesce(lag(reports.current_deadline ignore nulls) over line, baselines.baseline_deadline) as last_deadline
  from reports
  inner join baselines on reports.commitment_id = baselines.commitment_id
  window line as (partition by reports.commitment_id order by reports.line_position)
),

changes as (
  select
    *,
    case
      when new_deadline is null then 'removed'
      when old_deadline is null then case when last_deadline is null then 'first_set' else 'restored' end
      when new_deadline > old_deadline then 'extended'
      else 'pulled_in'
    end as change_kind
  from in_force
  where new_deadline is distinct from old_deadline
),

numbered as (
  select
    *,
    row_number() over (partition by commitment_id order by line_position) as change_number,
    count(*) filter (where change_kind in ('extended', 'removed')) over (partition by commitment_id order by line_position)
      as extensions_so_far
  from changes
)

select
  commitment_id,
  change_number,
  round_id,
  agency_id,
  lead_agency_id_as_now,
  change_kind,
  old_deadline,
  new_deadline,
  new_deadline - old_deadline as days_moved,
  case when change_kind in ('extended', 'removed') then extensions_so_far end as extension_number,
  as_of_date,
  received_date,
  -- end of day: on the deadline itself nothing is late yet
  change_kind in ('extended', 'removed') and as_of_date > old_deadline as is_retroactive,
  due_change_reason is not null as has_reason,
  source_file,
  source_row
from numbered
