with counted as (
  {{ practice_figures(fig_practice_reporting_indicators()) }}
)

select indicator, dimension, member, period, value, numerator, denominator, unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from counted
