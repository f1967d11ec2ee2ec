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

-- reports that named another deadline than the one in force, or took it away
moves as (
  select commitment_id, as_of_date, current_deadline
  from {{ ref('int_update_sequence') }}
  where reporting_line = 'lead' and (current_deadline is not null or is_deadline_removed)
),

sides as (
  select
    steps.from_id, steps.to_id, steps.from_date, steps.to_date,
    later.commitment_id,
    coalesce(earlier.is_overdue, false) as was_overdue,
    later.is_overdue,
    earlier.commitment_id is null as is_new,
    coalesce(earlier.is_completed, false) as was_completed,
    later.is_completed,
    later.population_class,
    later.current_deadline,
    later.completed_date,
    later.exit_date,
    case when earlier.commitment_id is null then later.baseline_deadline else earlier.current_deadline end as deadline_before
  from steps
  inner join populations as later on steps.to_id = later.as_of_id
  left join populations as earlier on steps.from_id = earlier.as_of_id and later.commitment_id = earlier.commitment_id
  where steps.from_id is not null
),

-- the deadline in force at the start of the round came, and nothing had been completed, ended or moved by the end of that day
passed as (
  select
    sides.*,
    coalesce(deadline_before between from_date + 1 and to_date
      and coalesce(completed_date > deadline_before, true)
      and coalesce(exit_date > deadline_before, true)
      and not exists (
        select 1 from moves
        where moves.commitment_id = sides.commitment_id
          and moves.as_of_date between sides.from_date + 1 and sides.deadline_before
          and moves.current_deadline is distinct from sides.deadline_before
      ), false) as has_passed
  from sides
),

judged as (
  select
    *,
    case
      when was_overdue then false
      when has_passed and population_class in ('completed', 'open_in_term', 'open_undated') then not was_completed
      when is_overdue then not was_completed and current_deadline > from_date
      when is_completed then coalesce(current_deadline between from_date + 1 and completed_date - 1, false) and not was_completed
      when population_class = 'exited_after_due'
        then coalesce(current_deadline between from_date + 1 and to_date and exit_date > current_deadline, false)
      else false
    end as became_overdue
  from passed
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
