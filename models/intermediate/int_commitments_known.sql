-- The population U of the edition: signed by T, recorded by K, public, not void. The only place that applies T and K to the register.
with commitments as (
  select * from {{ ref('stg_commitments') }}
),

exits as (
  select * from {{ ref('int_exits_known') }}
),

edition as (
  select * from {{ ref('editions') }}
),

fields as (
  select * from {{ ref('stg_fields') }}
),

instruments as (
  select * from {{ ref('stg_instruments') }}
),

known as (
  select
    commitments.*,
    coalesce(fields.parent_field_id, fields.field_id) as field_group_id,
    instruments.instrument_class,
    year(commitments.signed_date) as signed_year,
    exits.exit_type,
    exits.exit_date,
    exits.decided_by as exit_decided_by,
    exits.successor_id
  from commitments
  cross join edition
  inner join fields on commitments.field_id = fields.field_id
  inner join instruments on commitments.instrument_id = instruments.instrument_id
  left join exits on commitments.commitment_id = exits.commitment_id
  where commitments.signed_date <= edition.valid_date
    and commitments.recorded_date <= edition.knowledge_date
    and commitments.disclosure = 'public'
    and not coalesce(exits.is_void, false)
)

select * from known
