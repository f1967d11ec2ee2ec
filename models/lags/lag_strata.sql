-- Strata of each comparison of cohorts: the class of instrument where both cohorts hold enough of it, the other classes together.
with spells as (
  select * from {{ ref('lag_spells') }} where exclusion is null
),

series as (
  select * from {{ ref('lag_series') }} where comparison is not null
),

counted as (
  select
    spells.event,
    series.comparison,
    spells.instrument_class,
    count(*) filter (where series.cohort = 'before') as before_count,
    count(*) filter (where series.cohort = 'after') as after_count
  from spells
  inner join series on spells.series = series.series
  group by spells.event, series.comparison, spells.instrument_class
)

select
  event, comparison, instrument_class,
  case
    when least(before_count, after_count) >= {{ parameter('small_number_fraction') }} then instrument_class
    else 'other_classes'
  end as stratum,
  before_count, after_count
from counted
