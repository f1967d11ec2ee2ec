-- One row per round of the mechanism and commitment open on its cut-off: who led it, and whether the lead line reported it.
-- Open as in the stock of that round: what reports about days up to the cut-off say, with the knowledge of the edition. What the
-- register did not hold yet on the cut-off obliges nobody.
with rounds as (
  select round_id, data_cutoff from {{ ref('stg_review_rounds') }} where is_mechanism_round
),

looks as (
  select as_of_id, valid_date from {{ ref('as_of_dates') }} where as_of_id <> 'previous'
),

populations as (
  select * from {{ ref('as_of_populations') }} where is_open
),

reported as (
  select distinct commitment_id, round_id from {{ ref('int_update_sequence') }} where reporting_line = 'lead'
)

select
  rounds.round_id,
  populations.commitment_id,
  populations.lead_agency_id_as_now as agency_id,
  reported.commitment_id is not null as is_reported
from rounds
inner join looks on rounds.data_cutoff = looks.valid_date
inner join populations
  on looks.as_of_id = populations.as_of_id
  and populations.recorded_date <= rounds.data_cutoff
left join reported on populations.commitment_id = reported.commitment_id and rounds.round_id = reported.round_id
