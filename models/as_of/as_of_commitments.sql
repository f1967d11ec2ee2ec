-- The population U at each pair of dates: signed by T, recorded by K, public, not void. The only place that applies T and K to the register.
with commitments as (
  select * from {{ ref('stg_commitments') }}
),

exits as (
  select * from {{ ref('as_of_exits') }}
),

dates as (
  select * from {{ ref('as_of_dates') }}
),

fields as (
  select * from {{ ref('stg_fields') }}
),

instruments as (
  select * from {{ ref('stg_instruments') }}
),

known as (
  select
    dates.as_of_id,
    dates.valid_date,
    commitments.*,
    coalesce(fields.parent_field_id, fields.field_id) as field_group_id,
    instruments.instrument_class,
    year(commitments.signed_date) as signed_year,
    exits.exit_type,
    exits.exit_date,
    exits.decided_by as exit_decided_by,
    exits.successor_id
  from commitments
  inner join dates
    on commitments.signed_date <= dates.valid_date
    and commitments.recorded_date <= dates.knowledge_date
  inner join fields on commitments.field_id = fields.field_id
  inner join instruments on commitments.instrument_id = instruments.instrument_id
  left join exits
    on commitments.commitment_id = exits.commitment_id
    and dates.as_of_id = exits.as_of_id
  where commitments.disclosure = 'public'
    and not coalesce(exits.is_void, false)
)

select * from known
