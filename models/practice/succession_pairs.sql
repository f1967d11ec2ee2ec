-- From which lead on the day of signing to which lead today: many to many, each commitment in exactly one pair.
with commitments as (
  select * from {{ ref('commitments') }}
),

successions as (
  select distinct predecessor_id, successor_id from {{ ref('stg_agency_successions') }}
),

pairs as (
  select
    lead_agency_id_as_was,
    lead_agency_id_as_now,
    count(*) as commitment_count,
    count(*) filter (where is_open) as open_count
  from commitments
  group by lead_agency_id_as_was, lead_agency_id_as_now
)

select
  pairs.lead_agency_id_as_was,
  pairs.lead_agency_id_as_now,
  pairs.commitment_count,
  pairs.open_count,
  pairs.lead_agency_id_as_was <> pairs.lead_agency_id_as_now as is_changed,
  successions.predecessor_id is not null as is_proposed
from pairs
left join successions
  on pairs.lead_agency_id_as_was = successions.predecessor_id
  and pairs.lead_agency_id_as_now = successions.successor_id
