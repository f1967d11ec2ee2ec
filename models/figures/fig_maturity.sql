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
    {{ row_set('true') }} as row_set_sha256,
    {{ row_set('signed_date <= valid_date - ' ~ parameter('start_days')) }} as old_enough_sha256
  from commitments inner join cohorts using (commitment_id)
  where is_eligible
  group by cohorts.dimension, cohorts.member
),

exits as (
  select exit_type as member, exit_decided_by, count(*) as numerator, {{ row_set('true') }} as row_set_sha256
  from commitments where population_class in ('attrition_before_due', 'exited_after_due')
  group by exit_type, exit_decided_by
),

-- T and the days to start as they stand in a condition that is put to the released table
literals as (
  select 'date ''' || valid_date || '''' as t, {{ parameter('start_days') }} as start_days from {{ ref('editions') }}
),

long as (
  select 'R4' as indicator, dimension || '_horizon' as dimension, member || '.' || months || 'm' as member, months || 'm' as period,
    {{ exact_share('numerator', 'denominator') }} as value, numerator, denominator, 'share' as unit,
    {{ exact_share('numerator', 'denominator') }} as lower_bound, {{ exact_share('numerator_high', 'denominator') }} as upper_bound,
    '(completed_date <= signed_date + to_months(' || months || ')) / (is_eligible and signed_date + to_months(' || months || ') <= '
      || t || ')' as row_filter, row_set_sha256
  from matured cross join literals
  union all
  select 'R5', dimension, member, null, {{ exact_share('started', 'eligible') }}, started, eligible, 'share', null, null,
    '(started_date <= ' || t || ' or is_completed) / (is_eligible)', row_set_sha256
  from started cross join literals
  union all
  select 'R5q', dimension, member, null, {{ exact_share('started_soon', 'old_enough') }}, started_soon, old_enough, 'share', null, null,
    '(started_date <= signed_date + ' || start_days || ') / (is_eligible and signed_date <= ' || t || ' - ' || start_days || ')',
    old_enough_sha256
  from started cross join literals
  union all
  select 'R7', 'exit_type', member || coalesce('.' || exit_decided_by, ''), null, cast(numerator as decimal(28, 6)), numerator, null,
    'count', null, null, 'population_class in (''attrition_before_due'', ''exited_after_due'')', row_set_sha256
  from exits
)

select indicator, dimension, member, period, cast(value as decimal(28, 6)) as value, numerator, denominator, unit,
  cast(lower_bound as decimal(28, 6)) as lower_bound, cast(upper_bound as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
