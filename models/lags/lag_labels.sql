-- Names of the members of lag figures in both languages, put together from the term base: event and series, and what is counted.
with terms as (
  select * from {{ ref('stg_terms') }}
),

events as (
  select replace(term_id, 'lag_event_', '') as event, en, vi from terms where starts_with(term_id, 'lag_event_')
),

series as (
  select replace(term_id, 'lag_series_', '') as series, en, vi from terms where starts_with(term_id, 'lag_series_')
),

parts as (
  select 'lag_part' as dimension, replace(term_id, 'lag_part_', '') as part, en, vi from terms where starts_with(term_id, 'lag_part_')
),

verdicts as (
  select replace(term_id, 'verdict_', '') as verdict, en, vi from terms
  where term_id in ('verdict_supported', 'verdict_not_supported', 'verdict_not_testable')
),

lags as (
  select events.event || '_' || series.series as member, events.en || ', ' || series.en as en, events.vi || ', ' || series.vi as vi
  from events cross join series
),

horizons as (
  select distinct days from {{ ref('lag_horizons') }}
)

select 'lag' as dimension, member, en as name_en, vi as name_vi from lags
union all
select 'lag', event, en, vi from events
union all
select 'lag_horizon', lags.member || '.' || horizons.days, lags.en || ': ' || replace(terms.en, '{days}', cast(horizons.days as varchar)),
  lags.vi || ': ' || replace(terms.vi, '{days}', cast(horizons.days as varchar))
from lags cross join horizons
inner join terms on terms.term_id = 'lag_by_day'
union all
select 'lag_part', lags.member || '.' || parts.part, lags.en || ': ' || parts.en, lags.vi || ': ' || parts.vi
from lags cross join parts
union all
select 'lag_verdict', events.event || '.' || verdicts.verdict, events.en || ': ' || verdicts.en, events.vi || ': ' || verdicts.vi
from events cross join verdicts
