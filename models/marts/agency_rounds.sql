-- Reporting obligations: one row per round of the mechanism and agency that led an open commitment on the round's cut-off,
-- with what was received and when.
with rounds as (
  select * from {{ ref('stg_review_rounds') }}
),

items as (
  select * from {{ ref('round_items') }}
),

files as (
  select ledger.*, cast(ledger.received_at as date) as received_date
  from {{ ref('stg_submission_ledger') }} as ledger
  cross join {{ ref('editions') }} as edition
  where cast(ledger.received_at as date) <= edition.knowledge_date
),

updates as (
  select distinct commitment_id, round_id, agency_id from {{ ref('int_updates_known') }}
),

obligations as (
  select
    items.round_id,
    items.agency_id,
    rounds.due_date,
    count(*) as open_led_count,
    count(updates.commitment_id) as reported_count
  from items
  inner join rounds on items.round_id = rounds.round_id
  left join updates
    on items.commitment_id = updates.commitment_id
    and items.round_id = updates.round_id
    and items.agency_id = updates.agency_id
  group by items.round_id, items.agency_id, rounds.due_date
),

receipts as (
  select
    round_id,
    agency_id,
    min(received_date) as first_received_date,
    -- files received at one moment stand in the order of their revisions, as reports do
    arg_min(verdict, (received_at, revision, file)) as first_verdict,
    count(*) as file_count
  from files
  group by round_id, agency_id
)

select
  obligations.round_id,
  obligations.agency_id,
  obligations.due_date,
  obligations.open_led_count,
  obligations.reported_count,
  receipts.first_received_date,
  receipts.first_verdict,
  coalesce(receipts.file_count, 0) as file_count,
  receipts.first_received_date is not null as is_received,
  coalesce(receipts.first_received_date <= obligations.due_date, false) as is_on_time,
  -- greatest() passes over an empty value: what never came would be 0 days late
  case when receipts.first_received_date is not null
    then greatest(receipts.first_received_date - obligations.due_date, 0)
  end as days_late
from obligations
left join receipts
  on obligations.round_id = receipts.round_id
  and obligations.agency_id = receipts.agency_id
