-- What the curves of §5.9 are drawn from: raised → escalated, escalated → answered, raised → resolved. What comes first decides:
-- the event; what makes it moot (the commitment exits; for the first two, the difficulty is gone); or the end of what is known.
-- Reports tell of raising and resolving, so a silent commitment is followed to its last report; answers are in the register.
with spells as (
  select * from {{ ref('difficulty_spells') }}
),

commitments as (
  select
    commitments.commitment_id,
    commitments.instrument_class,
    commitments.exit_date,
    edition.valid_date,
    case when edition.valid_date - coalesce(commitments.last_substantive_date, commitments.recorded_date)
      > {{ parameter('stale_days') }} then commitments.last_as_of_date else edition.valid_date end as credible_date
  from {{ ref('commitments') }} as commitments
  cross join {{ ref('editions') }} as edition
),

waits as (
  select 'raised_escalated' as event, spells.*, raised_date as origin_date, escalated_date as event_date,
    least(resolved_date, exit_date) as moot_date, credible_date as censored_date, instrument_class
  from spells inner join commitments using (commitment_id)
  union all
  select 'escalated_answered', spells.*, escalated_date, answered_date, least(resolved_date, exit_date), valid_date,
    instrument_class
  from spells inner join commitments using (commitment_id)
  where escalated_date is not null
  union all
  select 'raised_resolved', spells.*, raised_date, resolved_date, exit_date, credible_date, instrument_class
  from spells inner join commitments using (commitment_id)
),

ended as (
  select
    *,
    case
      when event_date <= coalesce(moot_date, event_date) then 'event'
      when moot_date is not null then 'competing'
      else 'censored'
    end as outcome
  from waits
)

select
  event,
  'difficulties' as series,
  commitment_id,
  spell_number,
  difficulty_code,
  instrument_class,
  origin_date,
  cast(-1 as bigint) as entry_days,
  greatest(0, case outcome when 'event' then event_date when 'competing' then moot_date else censored_date end - origin_date)
    as time_days,
  outcome
from ended
