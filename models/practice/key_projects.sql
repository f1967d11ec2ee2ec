-- The light of each key project, as good as its data allow (§5.10): no judgement can be better than what is on record. Red is overdue;
-- amber whatever else keeps it from green. What has left the register, or has no end, has no light.
with commitments as (
  select * from {{ ref('commitments') }} where is_key_project
),

judged as (
  select
    *,
    coalesce(freshness in ('stale', 'dead', 'no_information'), false) as is_stale,
    is_completed and coalesce(completion_evidence_grade <> 'A', true) as lacks_evidence,
    is_open and difficulty_code is not null and coalesce(not within_competence, false) as is_beyond_competence
  from commitments
)

select
  commitment_id,
  lead_agency_id_as_now as agency_id,
  case
    when not is_open and not is_completed then null
    when is_overdue then 'red'
    when is_stale or is_overdue_baseline or population_class = 'open_undated' or has_unresolved_conflict or is_beyond_competence
      or lacks_evidence then 'amber'
    else 'green'
  end as light,
  is_overdue,
  is_overdue_baseline,
  is_stale,
  has_unresolved_conflict,
  is_beyond_competence,
  lacks_evidence,
  -- of a stale status the reader has to know its day
  case when is_stale then last_as_of_date end as status_as_of_date
from judged
