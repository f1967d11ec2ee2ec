with commitments as (
  select commitments.*, edition.valid_date
  from {{ ref('commitments') }} as commitments
  cross join {{ ref('editions') }} as edition
),

horizons as (
  select unnest([6, 12, 24, 36]) as months
),

cohorts as (
  select commitment_id, 'national' as dimension, 'all' as member from commitments
  union all
  select commitment_id, 'signed_year', cast(signed_year as varchar) from commitments
  union all
  select commitment_id, 'field', field_group_id from commitments
),

-- a day of completion within a horizon that is over lies before T, so that the commitment counts as completed
matured as (
  select
    cohorts.dimension, cohorts.member, horizons.months,
    count(*) filter (where completed_date <= signed_date + to_months(horizons.months)) as numerator,
    count(*) filter (where earliest_completed_date <= signed_date + to_months(horizons.months)) as numerator_high,
    count(*) as denominator,
    {{ row_set('true') }} as row_set_sha256
  from commitments
  inner join cohorts using (commitment_id)
  inner join horizons on commitments.signed_date + to_months(horizons.months) <= commitments.valid_date
  where is_eligible
  group by cohorts.dimension, cohorts.member, horizons.months
),

started as (
  select cohorts.dimension, cohorts.member,
    count(*) filter (where started_date <= valid_date or is_completed) as started,
    count(*) as eligible,
    count(*) filter (where started_date <= signed_date + {{ parameter('start_days') }}
      and signed_date <= valid_date - {{ parameter('start_days') }}) as started_soon,
    count(*) filter (where signed_date <= valid_date - {{ parameter('start_days') }}) as old_enough,
    {{ row_set('true') }} as row_set_sha256
  from commitments inner join cohorts using (commitment_id)
  where is_eligible
  group by cohorts.dimension, cohorts.member
),

exits as (
  select exit_type as member, exit_decided_by, count(*) as numerator, {{ row_set('true') }} as row_set_sha256
  from commitments where population_class in ('attrition_before_due', 'exited_after_due')
  group by exit_type, exit_decided_by
),

long as (
  select 'R4.' || months || 'm' as indicator_id, dimension, member, months || 'm' as period, numerator, denominator,
    {{ exact_share('numerator', 'denominator') }} as value, {{ exact_share('numerator', 'denominator') }} as lower_bound,
    {{ exact_share('numerator_high', 'denominator') }} as upper_bound, 'share' as unit, row_set_sha256
  from matured
  union all
  select 'R5', dimension, member, null, started, eligible, {{ exact_share('started', 'eligible') }}, null, null, 'share', row_set_sha256
  from started
  union all
  select 'R5q', dimension, member, null, started_soon, old_enough, {{ exact_share('started_soon', 'old_enough') }}, null, null,
    'share', row_set_sha256
  from started
  union all
  select 'R7', 'exit_type', member || coalesce('.' || exit_decided_by, ''), null, numerator, null,
    cast(numerator as decimal(28, 6)), null, null, 'count', row_set_sha256
  from exits
)

select split_part(indicator_id, '.', 1) as indicator,
  case when indicator_id like 'R4.%' then dimension || '_horizon' else dimension end as dimension,
  case when indicator_id like 'R4.%' then member || '.' || period else member end as member,
  period, cast(value as decimal(28, 6)) as value, numerator, denominator, unit, cast(lower_bound as decimal(28, 6)) as lower_bound,
  cast(upper_bound as decimal(28, 6)) as upper_bound, 'is_eligible' as row_filter, row_set_sha256
from long
