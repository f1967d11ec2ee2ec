-- Effects add up exactly: each is the difference of two rounded rates next to each other in one chain of causes.
{% set rates = explained_rates() %}
with causes as (
  select * from (values
    (0, 'before'), (1, 'corrected'), (2, 'new'), (3, 'newly_due'), (4, 'completed'), (5, 'extended'), (6, 'exited'),
    (7, 'reversed'), (8, 'definition')
  ) as t (step, cause)
),

previous as (
  select * from {{ ref('as_of_populations') }} where as_of_id = 'previous'
),

start as (
  {% for rate, (numerator, denominator) in rates.items() %}
  select '{{ rate }}' as rate, 'before' as cause,
    count(*) filter (where {{ numerator }}) as numerator_change, count(*) filter (where {{ denominator }}) as denominator_change,
    {{ row_set(denominator) }} as row_set_sha256
  from previous
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

moves as (
  select * from {{ ref('rate_changes') }}
),

changes as (
  select rate, cause, cast(sum(numerator_change) as bigint) as numerator_change,
    cast(sum(denominator_change) as bigint) as denominator_change, {{ row_set('true', distinct=true) }} as row_set_sha256
  from moves
  group by rate, cause
  union all
  select * from start
),

moved as (
  select rate, {{ row_set('true', distinct=true) }} as row_set_sha256 from moves group by rate
),

chain as (
  select
    rates.rate, causes.step, causes.cause,
    coalesce(changes.numerator_change, 0) as numerator_change,
    coalesce(changes.denominator_change, 0) as denominator_change,
    coalesce(changes.row_set_sha256, sha256('')) as row_set_sha256,
    cast(sum(coalesce(changes.numerator_change, 0)) over so_far as bigint) as numerator,
    cast(sum(coalesce(changes.denominator_change, 0)) over so_far as bigint) as denominator
  from (select unnest({{ rates.keys() | list }}) as rate) as rates
  cross join causes
  left join changes on rates.rate = changes.rate and causes.cause = changes.cause
  window so_far as (partition by rates.rate order by causes.step)
),

rated as (
  select *, {{ exact_share('numerator', 'denominator') }} as rate_after from chain
),

effects as (
  select *, rate_after - lag(rate_after) over (partition by rate order by step) as effect from rated
),

earlier as (
  select populations.* from {{ ref('as_of_populations') }} as populations
  inner join {{ ref('as_of_dates') }} as dates using (as_of_id)
  where as_of_id not in ('previous', 'edition')
    and dates.valid_date = (select valid_date from {{ ref('as_of_dates') }} where as_of_id = 'previous')
),

later as (
  select * from {{ ref('as_of_populations') }} where as_of_id = 'edition'
),

panel as (
  select earlier.commitment_id from earlier inner join later using (commitment_id)
  where earlier.is_eligible and later.is_eligible
),

panels as (
  {% for name, side in [('panel_before', 'earlier'), ('panel_after', 'later')] %}
  {% for rate, (numerator, denominator) in rates.items() %}
  select '{{ name }}' as indicator, '{{ rate }}' as rate,
    count(*) filter (where {{ numerator }}) as numerator, count(*) filter (where {{ denominator }}) as denominator,
    {{ row_set(denominator) }} as row_set_sha256, '{{ denominator }}' as row_filter
  from {{ side }} inner join panel using (commitment_id)
  {{ 'union all' if not loop.last }}
  {% endfor %}
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

long as (
  select 'change_before' as indicator, 'rate' as dimension, rate as member, rate_after as value, numerator, denominator, 'share' as unit,
    'as_of_populations: as published for the round before' as row_filter, row_set_sha256
  from effects where step = 0
  union all
  select 'change', 'rate', effects.rate, max(rate_after) filter (where step = 8) - max(rate_after) filter (where step = 0),
    max(numerator) filter (where step = 8), max(denominator) filter (where step = 8), 'points',
    'rate_changes: (rate = ''' || effects.rate || ''')', coalesce(any_value(moved.row_set_sha256), sha256(''))
  from effects left join moved on effects.rate = moved.rate
  group by effects.rate
  union all
  select 'change_effect', 'rate_cause', rate || '.' || cause, effect, numerator_change, denominator_change, 'points',
    'rate_changes: (rate = ''' || rate || ''' and cause = ''' || cause || ''')', row_set_sha256
  from effects where step > 0
  union all
  select indicator, 'rate', rate, {{ exact_share('numerator', 'denominator') }}, numerator, denominator, 'share',
    'as_of_populations: eligible at both dates, ' || row_filter, row_set_sha256
  from panels
)

select indicator, dimension, member, cast(null as varchar) as period, cast(value as decimal(28, 6)) as value, numerator, denominator,
  unit, cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
