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
{{ open_leads() }}
left join reported on commitments.commitment_id = reported.commitment_id and rounds.round_id = reported.round_id
