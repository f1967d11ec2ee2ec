-- Each time a commitment passed from one agency to another: the document of the hand-over, and reports in the round before
-- and the round after. What a commitment's own assignment says decides; the list of successions only proposes.
with edition as (
  select * from {{ ref('editions') }}
),

rounds as (
  select rounds.round_id, rounds.data_cutoff
  from {{ ref('stg_review_rounds') }} as rounds
  inner join edition on rounds.data_cutoff <= edition.valid_date
  where rounds.is_mechanism_round
),

periods as (
  select
    *,
    lag(agency_id) over (partition by commitment_id order by from_date, is_assignment, agency_id) as predecessor_id
  from {{ ref('int_lead_periods') }}
),

moves as (
  select commitment_id, predecessor_id, agency_id as successor_id, from_date
  from periods
  where is_assignment and agency_id <> predecessor_id
),

successions as (
  select predecessor_id, successor_id, min(operational_date) as operational_date
  from {{ ref('stg_agency_successions') }}
  group by predecessor_id, successor_id
),

documents as (
  select commitment_id, agency_id, from_date, document, document_date from {{ ref('stg_lead_assignments') }}
),

neighbours as (
  select
    moves.commitment_id,
    moves.from_date,
    max(rounds.round_id) filter (where rounds.data_cutoff < moves.from_date) as round_before_id,
    min(rounds.round_id) filter (where rounds.data_cutoff >= moves.from_date) as round_after_id
  from moves
  cross join rounds
  group by moves.commitment_id, moves.from_date
),

items as (
  select * from {{ ref('round_items') }}
)

select
  moves.commitment_id,
  moves.from_date,
  moves.predecessor_id,
  moves.successor_id,
  successions.operational_date,
  successions.operational_date is not null as is_proposed,
  documents.document_date,
  coalesce(documents.document is not null
    and documents.document_date - moves.from_date <= {{ parameter('handover_days') }}, false) as is_documented,
  edition.valid_date - moves.from_date > {{ parameter('handover_days') }} as is_document_due,
  neighbours.round_before_id,
  neighbours.round_after_id,
  before.is_reported as is_reported_before,
  after.is_reported as is_reported_after
from moves
cross join edition
left join successions on moves.predecessor_id = successions.predecessor_id and moves.successor_id = successions.successor_id
left join documents
  on moves.commitment_id = documents.commitment_id
  and moves.successor_id = documents.agency_id
  and moves.from_date = documents.from_date
left join neighbours on moves.commitment_id = neighbours.commitment_id and moves.from_date = neighbours.from_date
left join items as before on moves.commitment_id = before.commitment_id and neighbours.round_before_id = before.round_id
left join items as after on moves.commitment_id = after.commitment_id and neighbours.round_after_id = after.round_id
