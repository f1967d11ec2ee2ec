with counted as (
  {{ practice_figures(fig_practice_changes_indicators()) }}
),

rates as (
  select * from {{ ref('fig_rates') }} where dimension in ('national', 'agency')
),

-- the difference of two printed rates, as they are printed
gaps as (
  {% for rate in ['R2', 'R3'] %}
  select 'gap_{{ rate }}' as indicator, baseline.dimension, baseline.member, baseline.value - current_rate.value as value,
    'fig_rates: {{ rate }} - {{ rate }}c' as row_filter, baseline.row_set_sha256
  from rates as baseline
  inner join rates as current_rate
    on baseline.dimension = current_rate.dimension and baseline.member = current_rate.member
    and current_rate.indicator = '{{ rate }}c'
  where baseline.indicator = '{{ rate }}'
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

ratios as (
  select 'slip_ratio_median' as indicator, 'national' as dimension, 'all' as member, quantile_disc(slip_ratio, 0.5) as value,
    count(*) as denominator, {{ row_set('true') }} as row_set_sha256
  from {{ ref('slippage') }}
  where slip_ratio > 0
),

reversals as (
  select * from {{ ref('reversals') }}
),

first_completions as (
  select commitment_id, min(as_of_date) as first_completed_date
  from {{ ref('updates') }}
  where reporting_line = 'lead' and status = 'completed'
  group by commitment_id
),

rounds as (
  select valid_date, case as_of_id when 'edition' then {{ round_of('valid_date') }} else as_of_id end as round_id
  from {{ ref('backlog_stocks') }}
  where previous_backlog is not null
),

reversed as (
  select 'reversal_rate' as indicator, 'national' as dimension, 'all' as member,
    (select count(*) from reversals) as numerator, count(*) as denominator, 'ratio' as unit,
    {{ row_set('true') }} as row_set_sha256
  from first_completions
  union all
  select 'reversal_rate', 'round', rounds.round_id,
    (select count(*) from reversals where reversals.round_id = rounds.round_id), count(first_completions.commitment_id), 'ratio',
    {{ row_set('commitment_id is not null') }}
  from rounds
  left join first_completions on first_completions.first_completed_date <= rounds.valid_date
  group by rounds.round_id
  union all
  select 'reopened_share', 'national', 'all',
    count(*) filter (where commitment_id in (
      select commitment_id from reversals where reversal_kind = 'completed_reopened'
    )), count(*), 'share', {{ row_set('true') }}
  from first_completions
),

long as (
  select indicator, dimension, member, period, value, numerator, denominator, unit, row_filter, row_set_sha256 from counted
  union all
  select indicator, dimension, member, null, cast(value as decimal(28, 6)), null, null, 'points', row_filter, row_set_sha256
  from gaps
  union all
  select indicator, dimension, member, null, value, null, denominator, 'ratio', 'slippage: slip_ratio where slip_ratio > 0',
    row_set_sha256
  from ratios
  union all
  select indicator, dimension, member, case when dimension = 'round' then member end, {{ exact_share('numerator', 'denominator') }},
    numerator, denominator, unit, 'reversals / updates: reporting_line = ''lead'' and status = ''completed''', row_set_sha256
  from reversed
)

select indicator, dimension, member, period, value, numerator, denominator, unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
