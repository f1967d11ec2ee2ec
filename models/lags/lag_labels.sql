-- Names of the members of lag figures in both languages, put together from the term base: event, series, and day or part.
with terms as (
  select * from {{ ref('stg_terms') }}
),

{% for name in ['event', 'series', 'part'] %}
{{ name }}_terms as (
  select replace(term_id, 'lag_{{ name }}_', '') as id, en, vi from terms where starts_with(term_id, 'lag_{{ name }}_')
),

{% endfor %}
wait_terms as (
  select replace(term_id, 'wait_', '') as id, en, vi from terms where starts_with(term_id, 'wait_')
),

lags as (
  select id as member, en, vi from event_terms
  union all
  select event_terms.id || '_' || series_terms.id, event_terms.en || ', ' || series_terms.en,
    event_terms.vi || ', ' || series_terms.vi
  from event_terms cross join series_terms
),

suffixes as (
  select 'lag_horizon' as dimension, cast(horizons.days as varchar) as id,
    replace(terms.en, '{days}', cast(horizons.days as varchar)) as en,
    replace(terms.vi, '{days}', cast(horizons.days as varchar)) as vi
  from (select distinct days from {{ ref('lag_horizons') }}) as horizons
  inner join terms on terms.term_id = 'lag_by_day'
  union all
  select dimensions.dimension, part_terms.id, part_terms.en, part_terms.vi
  from part_terms cross join (select unnest(['lag_part', 'lag_cohort']) as dimension) as dimensions
  union all
  select 'lag_verdict', replace(term_id, 'verdict_', ''), en, vi from terms
  where term_id in ('verdict_supported', 'verdict_not_supported', 'verdict_not_testable')
)

select 'lag' as dimension, member, en as name_en, vi as name_vi from lags
union all
select 'wait', id, en, vi from wait_terms
union all
select 'wait_part', wait_terms.id || '.' || part_terms.id, wait_terms.en || ': ' || part_terms.en, wait_terms.vi || ': ' || part_terms.vi
from wait_terms inner join part_terms on part_terms.id in ('event', 'competing', 'censored')
union all
select 'wait_horizon', wait_terms.id || '.' || suffixes.id, wait_terms.en || ': ' || suffixes.en, wait_terms.vi || ': ' || suffixes.vi
from wait_terms inner join suffixes on suffixes.dimension = 'lag_horizon'
union all
select suffixes.dimension, lags.member || '.' || suffixes.id, lags.en || ': ' || suffixes.en, lags.vi || ': ' || suffixes.vi
from lags cross join suffixes
