with raw as (
  select * from {{ source('package', 'published_figures') }}
),

typed as (
  select
    claim_id,
    metric,
    cast(quantity as decimal(28,6)) as quantity,
    operator,
    cast(value_low as decimal(28,6)) as value_low,
    cast(value_high as decimal(28,6)) as value_high,
    trim(scope_en) as scope_en,
    trim(scope_vi) as scope_vi,
    activity_id,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    cast(stated_date as date) as stated_date,
    trim(speaker) as speaker,
    trim(speaker_vi) as speaker_vi,
    trim(source_url) as source_url,
    test,
    cast(base_period_start as date) as base_period_start,
    cast(base_period_end as date) as base_period_end,
    trim(field_ids) as field_ids
  from raw
)

select * from typed
