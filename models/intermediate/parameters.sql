with defaults as (
  select * from {{ source('reference', 'parameters') }}
),

overrides as (
  select * from {{ source('package', 'package_parameters') }}
),

in_force as (
  select
    parameter_id,
    coalesce(overrides.value, defaults.value) as value,
    defaults.value as default_value,
    defaults.value_type,
    defaults.unit,
    coalesce(overrides.description_en, defaults.description_en) as description_en,
    coalesce(overrides.description_vi, defaults.description_vi) as description_vi
  from defaults
  left join overrides using (parameter_id)
)

select * from in_force
