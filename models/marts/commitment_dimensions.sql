-- Every way in which a commitment is broken down: one row per commitment, dimension and member. Each dimension covers every
-- commitment once, so members of one dimension add up to the nation.
with commitments as (
  select * from {{ ref('commitments') }}
),

members as (
  select commitment_id, 'national' as dimension, 'all' as member from commitments
  union all
  select commitment_id, 'agency', lead_agency_id_as_now from commitments
  union all
  select commitment_id, 'agency_as_was', lead_agency_id_as_was from commitments
  union all
  select commitment_id, 'field', field_group_id from commitments
  union all
  select commitment_id, 'partner', partner_id from commitments
  union all
  select commitment_id, 'instrument', instrument_id from commitments
  union all
  select commitment_id, 'instrument_class', instrument_class from commitments
  union all
  select commitment_id, 'signed_year', cast(signed_year as varchar) from commitments
  union all
  -- a lead that the list of agencies does not hold (STR-03) is of no known kind, but its commitments count
  select commitments.commitment_id, 'agency_kind', coalesce(agencies.kind, 'not_stated')
  from commitments
  left join {{ ref('stg_agencies') }} as agencies on commitments.lead_agency_id_as_now = agencies.agency_id
  union all
  select commitment_id, 'key_project', cast(is_key_project as varchar) from commitments
)

select * from members
