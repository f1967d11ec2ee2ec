-- All spells of waiting that curves are drawn from: lags from signing, and what follows a difficulty.
select event, series, commitment_id, instrument_class, origin_date, is_origin_imprecise, entry_days, time_days, outcome,
  is_before_signing, exclusion
from {{ ref('lag_spells') }}
union all
select event, series, commitment_id, instrument_class, origin_date, false, entry_days, time_days, outcome, false, null
from {{ ref('difficulty_waits') }}
