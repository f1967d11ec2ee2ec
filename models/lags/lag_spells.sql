-- One row per commitment, event and series: from when to when it was at risk of the event, and how that ended. What comes first
-- decides: the event, a competing exit, or the end of what is known.
with events as (
  select * from {{ ref('lag_events') }}
),

series as (
  select * from {{ ref('lag_series') }}
),

read as (
  select
    events.*,
    series.series,
    series.has_delayed_entry,
    case series.reading when 'shortest' then events.signed_latest_date else events.signed_date end as origin_date,
    case series.reading when 'shortest' then events.earliest_event_date else events.event_date end as read_event_date,
    case series.censoring
      when 'credible' then events.credible_date when 'last_report' then events.last_heard_date else events.valid_date
    end as censored_date
  from events
  inner join series on events.signed_date between series.signed_from and series.signed_to
),

ended as (
  select
    *,
    case
      when is_undated then 'undated'
      when read_event_date <= coalesce(exit_date, read_event_date) then 'event'
      when exit_date is not null then 'competing'
      else 'censored'
    end as outcome
  from read
),

-- The risk set of a day holds who entered before it; a row that is followed from signing has entered on day -1, so that an event
-- on the day of signing counts.
timed as (
  select
    *,
    case
      when has_delayed_entry and recorded_date - signed_date > {{ parameter('delayed_entry_days') }}
        then greatest(recorded_date - origin_date, 0)
      else -1
    end as entry_days,
    case outcome when 'event' then read_event_date when 'competing' then exit_date else censored_date end - origin_date
      as lag_days
  from ended
)

select
  event, series, commitment_id, instrument_class, origin_date, signed_date <> signed_latest_date as is_origin_imprecise,
  entry_days,
  greatest(lag_days, 0) as time_days, outcome,
  outcome = 'event' and lag_days < 0 as is_before_signing,
  case
    when outcome = 'undated' then 'undated'
    when greatest(lag_days, 0) > entry_days then null
    when outcome = 'censored' then 'not_followed'
    else 'left_truncated'
  end as exclusion
from timed
