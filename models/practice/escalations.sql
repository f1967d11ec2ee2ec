-- Open commitments to be taken to a higher level, by rule alone: overdue too long, beyond the agency's competence, an overdue
-- key project, or an agency that has stopped reporting. The level is the one asked in the last report, else the one above
-- the agency; one higher where that level has let its answer fall due.
with commitments as (
  select * from {{ ref('commitments') }} where is_open
),

agencies as (
  select agency_id, missed_in_a_row from {{ ref('agency_reporting') }}
),

last_reports as (
  select commitment_id, round_id, agency_id
  from {{ ref('int_update_sequence') }}
  where reporting_line = 'lead' and is_latest
),

asked as (
  select recommendations.commitment_id, recommendations.addressed_to,
    recommendations.is_answer_due and not recommendations.is_answered as is_answer_overdue
  from {{ ref('recommendations') }} as recommendations
  inner join last_reports using (commitment_id, round_id, agency_id)
),

levels as (
  select * from (values
    (1, 'agency'), (2, 'inter_agency'), (3, 'mofa'), (4, 'deputy_pm'), (5, 'pm'), (6, 'politburo_na')
  ) as t (level_rank, level_id)
),

judged as (
  select
    commitments.commitment_id,
    commitments.lead_agency_id_as_now as agency_id,
    commitments.is_key_project,
    commitments.days_overdue,
    commitments.difficulty_code,
    coalesce(agencies.missed_in_a_row, 0) as missed_in_a_row,
    coalesce(commitments.days_overdue > {{ parameter('escalation_overdue_days') }}, false) as is_long_overdue,
    commitments.difficulty_code is not null and coalesce(not commitments.within_competence, false) as is_beyond_competence,
    -- a deadline that falls on T is overdue by 0 days: not yet a reason
    commitments.is_key_project and coalesce(commitments.days_overdue > 0, false) as is_key_project_overdue,
    coalesce(agencies.missed_in_a_row >= {{ parameter('missed_rounds') }}, false) as is_not_reported,
    least(6, greatest(2, coalesce(asked_level.level_rank, 1)) + coalesce(asked.is_answer_overdue, false)::int) as level_rank
  from commitments
  left join agencies on commitments.lead_agency_id_as_now = agencies.agency_id
  left join asked on commitments.commitment_id = asked.commitment_id
  left join levels as asked_level on asked.addressed_to = asked_level.level_id
),

listed as (
  select judged.*, levels.level_id
  from judged
  inner join levels on judged.level_rank = levels.level_rank
  where is_long_overdue or is_beyond_competence or is_key_project_overdue or is_not_reported
)

select
  row_number() over (
    order by is_key_project desc, days_overdue desc nulls last, is_beyond_competence desc, commitment_id
  ) as list_position,
  commitment_id,
  agency_id,
  is_key_project,
  days_overdue,
  difficulty_code,
  missed_in_a_row,
  is_long_overdue,
  is_beyond_competence,
  is_key_project_overdue,
  is_not_reported,
  level_id as escalation_level
from listed
