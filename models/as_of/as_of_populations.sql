-- Which part of U each commitment belongs to (indicators §5.0). The parts exclude one another by construction of the case,
-- and AGG-01 checks from outside that they make up U.
with facts as (
  select * from {{ ref('as_of_facts') }}
),

classified as (
  select
    facts.*,
    case
      when exit_type = 'superseded' then 'superseded'
      when is_ongoing_framework then 'ongoing_framework'
      when exit_type in ('withdrawn', 'overtaken_by_events') and coalesce(exit_date <= current_deadline, true)
        then 'attrition_before_due'
      when effective_status = 'completed' and coalesce(earliest_completed_date <= valid_date, true)
        then 'completed'
      when exit_type is not null then 'exited_after_due'
      when current_deadline is null then 'open_undated'
      when current_deadline <= valid_date then 'open_overdue'
      else 'open_in_term'
    end as population_class
  from facts
),

flagged as (
  select
    *,
    population_class not in ('superseded', 'ongoing_framework', 'attrition_before_due') as is_eligible,
    population_class = 'completed' as is_completed,
    population_class in ('open_overdue', 'open_in_term', 'open_undated') as is_open,
    population_class = 'open_overdue' as is_overdue,
    coalesce(baseline_deadline <= valid_date, false) as is_past_baseline,
    coalesce(current_deadline <= valid_date, false) as is_past_current
  from classified
),

-- what reports in conflict leave open: completed, by the most advanced claim that nobody has decided on
possible as (
  select
    *,
    is_eligible and not is_completed and coalesce(earliest_claimed_date <= valid_date, false) as may_be_completed,
    least(case when is_completed then earliest_completed_date end, earliest_claimed_date) as earliest_possible_date
  from flagged
)

select
  *,
  is_eligible and is_past_baseline as is_due_baseline,
  is_eligible and is_past_current as is_due_current,
  is_open and is_past_baseline as is_overdue_baseline,
  is_completed and coalesce(completed_date <= baseline_deadline, false) as is_on_time_baseline,
  is_completed and coalesce(completed_date <= current_deadline, false) as is_on_time_current,
  (is_completed or may_be_completed) and coalesce(earliest_possible_date <= baseline_deadline, false) as may_be_on_time_baseline,
  (is_completed or may_be_completed) and coalesce(earliest_possible_date <= current_deadline, false) as may_be_on_time_current,
  is_completed and coalesce(completion_evidence_grade in ('A', 'B'), false) as is_verified,
  case when is_overdue then valid_date - current_deadline end as days_overdue,
  case when is_open and is_past_baseline then valid_date - baseline_deadline end as days_overdue_baseline
from possible
