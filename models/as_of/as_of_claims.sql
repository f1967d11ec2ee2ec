-- Published figures in force at the edition: stated by K, or by the review meeting for which an edition with this T is made,
-- whichever is later. A figure without a day of statement stands from the end of its period.
with claims as (
  select * from {{ ref('stg_published_figures') }}
),

edition as (
  select * from {{ ref('editions') }}
),

meetings as (
  select max(rounds.meeting_date) as meeting_date
  from {{ ref('stg_review_rounds') }} as rounds
  inner join edition on rounds.data_cutoff = edition.valid_date
)

select
  claims.*,
  -- the register says nothing of a period that ends after T
  coalesce(claims.period_end <= edition.valid_date, true) as is_covered
from claims
cross join edition
cross join meetings
where coalesce(claims.stated_date, claims.period_end, edition.knowledge_date)
  <= greatest(edition.knowledge_date, coalesce(meetings.meeting_date, edition.knowledge_date))
