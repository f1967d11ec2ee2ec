-- Every time a report of the lead line moved the deadline in force. An empty deadline means that the one before still holds.
with reports as (
  select * from {{ ref('int_update_sequence') }} where reporting_line = 'lead'
),

baselines as (
  select commitment_id, baseline_deadline, lead_agency_id_as_now from {{ ref('commitments') }}
),

in_force as (
  select
    reports.*,
    baselines.lead_agency_id_as_now,
    coalesce(
      last_value(reports.current_deadline ignore nulls) over (
        partition by reports.commitment_id order by reports.line_position
        rows between unbounded preceding and current row
      ),
      baselines.baseline_deadline
    ) as new_deadline,
    coalesce(
      lag(reports.current_deadline ignore nulls) over (partition by reports.commitment_id order by reports.line_position),
      baselines.baseline_deadline
    ) as old_deadline
  from reports
  inner join baselines on reports.commitment_id = baselines.commitment_id
),

changes as (
  select
    *,
    case
      when old_deadline is null then 'first_set'
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
    count(*) filter (where change_kind = 'extended') over (partition by commitment_id order by line_position)
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
  case when change_kind = 'extended' then extensions_so_far end as extension_number,
  as_of_date,
  received_date,
  -- end of day: on the deadline itself nothing is late yet
  change_kind = 'extended' and as_of_date > old_deadline as is_retroactive,
  due_change_reason is not null as has_reason,
  source_file,
  source_row
from numbered
