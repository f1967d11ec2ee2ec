-- One row per round of the mechanism and commitment open on its cut-off: who led it, and whether the lead line reported it.
with rounds as (
  select rounds.round_id, rounds.data_cutoff
  from {{ ref('stg_review_rounds') }} as rounds
  inner join {{ ref('editions') }} as edition on rounds.data_cutoff <= edition.valid_date
  where rounds.is_mechanism_round
),

commitments as (
  select * from {{ ref('int_commitment_facts') }}
),

periods as (
  select * from {{ ref('int_lead_periods') }}
),

reported as (
  select distinct commitment_id, round_id from {{ ref('int_update_sequence') }} where reporting_line = 'lead'
)

select
  rounds.round_id,
  commitments.commitment_id,
  periods.agency_id,
  reported.commitment_id is not null as is_reported
from rounds
inner join periods
  on periods.from_date <= rounds.data_cutoff
  and coalesce(periods.to_date, rounds.data_cutoff) >= rounds.data_cutoff
inner join commitments
  on periods.commitment_id = commitments.commitment_id
  and commitments.recorded_date <= rounds.data_cutoff
  and commitments.signed_date <= rounds.data_cutoff
  and not commitments.is_ongoing_framework
  and coalesce(commitments.exit_date > rounds.data_cutoff, true)
  and coalesce(commitments.completed_date > rounds.data_cutoff, true)
left join reported on commitments.commitment_id = reported.commitment_id and rounds.round_id = reported.round_id
