-- What moved the backlog from one round to the next, at one K: a row per commitment and movement, +1 in or -1 out.
-- A commitment can come in and go out within one round (due, then completed late; due, and only then extended): both movements
-- count, so that a retroactive extension does not erase that the deadline had passed.
with dates as (
  select as_of_id, valid_date from {{ ref('as_of_dates') }} where as_of_id <> 'previous'
),

steps as (
  select
    as_of_id as to_id,
    valid_date as to_date,
    lag(as_of_id) over (order by valid_date) as from_id,
    lag(valid_date) over (order by valid_date) as from_date
  from dates
),

populations as (
  select * from {{ ref('as_of_populations') }}
),

-- every deadline that the lead line ever named, with the days on which it was in force; a report says what holds at the end of
-- the day that it describes
named as (
  select as_of_id, commitment_id, 0 as line_position, signed_date as first_day, baseline_deadline as deadline from populations
  union all
  select as_of_id, commitment_id, line_position, as_of_date, current_deadline
  from {{ ref('as_of_sequence') }}
  where reporting_line = 'lead' and (current_deadline is not null or is_deadline_removed)
),

terms as (
  select *, lead(first_day) over (partition by as_of_id, commitment_id order by line_position) as next_day
  from named
),

sides as (
  select
    steps.from_id, steps.to_id, steps.from_date, steps.to_date,
    later.commitment_id,
    coalesce(earlier.is_overdue, false) as was_overdue,
    coalesce(earlier.is_completed, false) as was_completed,
    earlier.commitment_id is null as is_new,
    later.* exclude (as_of_id, commitment_id)
  from steps
  inner join populations as later on steps.to_id = later.as_of_id
  left join populations as earlier on steps.from_id = earlier.as_of_id and later.commitment_id = earlier.commitment_id
  where steps.from_id is not null
),

-- a deadline of the round came while it was in force, or is named as the last one however late, and nothing had been completed or
-- ended by the end of its day
passed as (
  select distinct sides.to_id, sides.commitment_id
  from sides
  inner join terms on sides.to_id = terms.as_of_id and sides.commitment_id = terms.commitment_id
  where terms.deadline between sides.from_date + 1 and sides.to_date
    and terms.deadline >= sides.signed_date
    and (terms.next_day is null or terms.deadline between terms.first_day and terms.next_day - 1)
    and coalesce(sides.completed_date > terms.deadline, true)
    and coalesce(sides.exit_date > terms.deadline, true)
),

judged as (
  select
    sides.*,
    not was_overdue and not was_completed and passed.commitment_id is not null and population_class <> 'ongoing_framework'
      as became_overdue
  from sides
  left join passed using (to_id, commitment_id)
),

movements as (
  select *, 'became_overdue' as movement, 1 as sign from judged where became_overdue
  union all
  select *, 'reopened_in', 1 from judged where is_overdue and not was_overdue and was_completed
  union all
  select *, 'late_registered', 1 from judged
  where is_overdue and not was_overdue and not was_completed and not became_overdue and is_new
  union all
  select *, 'corrected_in', 1 from judged
  where is_overdue and not was_overdue and not was_completed and not became_overdue and not is_new
  union all
  select *, 'completed_late', -1 from judged
  where is_completed and (was_overdue or became_overdue)
  union all
  select *, 'exited', -1 from judged
  where population_class in ('exited_after_due', 'attrition_before_due', 'superseded') and (was_overdue or became_overdue)
  union all
  select *, 'extended_out', -1 from judged
  where (was_overdue or became_overdue) and population_class in ('open_in_term', 'open_undated')
  union all
  select *, 'corrected_out', -1 from judged where was_overdue and population_class = 'ongoing_framework'
)

select from_id, to_id, from_date, to_date, commitment_id, movement, cast(sign as integer) as sign
from movements
