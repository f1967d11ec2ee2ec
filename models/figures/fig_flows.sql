with populations as (
  select * from {{ ref('as_of_populations') }}
),

behind as (
  select as_of_id, {{ row_set('is_overdue') }} as overdue_rows, {{ row_set('is_open') }} as open_rows,
    {{ row_set('is_overdue_baseline') }} as baseline_rows
  from populations group by as_of_id
),

stocks as (
  select *, case as_of_id when 'edition' then {{ round_of('valid_date') }} else as_of_id end as round_id
  from {{ ref('backlog_stocks') }}
  left join behind using (as_of_id)
),

flows as (
  select *, case to_id when 'edition' then {{ round_of('to_date') }} else to_id end as round_id
  from {{ ref('backlog_flows') }}
),

commitments as (
  select * from {{ ref('commitments') }}
),

by_round as (
  select 'stock_backlog' as indicator, round_id, backlog as numerator, 'as_of_populations: is_overdue' as row_filter,
    overdue_rows as row_set_sha256 from stocks
  union all
  select 'stock_open', round_id, open_count, 'as_of_populations: is_open', open_rows from stocks
  union all
  select 'stock_backlog_baseline', round_id, backlog_baseline, 'as_of_populations: is_overdue_baseline', baseline_rows from stocks
  {% for movement in ['became_overdue', 'completed_late', 'extended_out', 'exited', 'reopened_in', 'late_registered'] %}
  union all
  select 'flow_{{ movement }}', stocks.round_id, count(flows.commitment_id), 'backlog_flows: movement = ''{{ movement }}''',
    {{ row_set('flows.commitment_id is not null', 'flows.commitment_id') }}
  from stocks left join flows on stocks.round_id = flows.round_id and flows.movement = '{{ movement }}'
  where stocks.previous_backlog is not null
  group by stocks.round_id
  {% endfor %}
  union all
  select 'flow_corrected', stocks.round_id, coalesce(sum(flows.sign), 0),
    'backlog_flows: movement in (''corrected_in'', ''corrected_out'')', {{ row_set('flows.commitment_id is not null', 'flows.commitment_id') }}
  from stocks left join flows on stocks.round_id = flows.round_id and flows.movement in ('corrected_in', 'corrected_out')
  where stocks.previous_backlog is not null
  group by stocks.round_id
),

periods as (
  select round_id, valid_date, lag(valid_date) over (order by valid_date) as from_date, backlog from stocks
),

pace as (
  select
    periods.round_id, periods.backlog, periods.valid_date - periods.from_date as days,
    count(*) filter (where commitments.is_completed and commitments.completed_date between periods.from_date + 1 and periods.valid_date)
      as completed_in_round,
    count(*) filter (where commitments.is_eligible
      and commitments.current_deadline between periods.from_date + 1 and periods.valid_date) as due_in_round,
    {{ row_set('commitments.is_eligible and commitments.current_deadline between periods.from_date + 1 and periods.valid_date') }}
      as due_rows,
    (select count(*) from flows where flows.round_id = periods.round_id and flows.movement = 'completed_late') as late_in_round
  from periods cross join commitments
  where periods.from_date is not null
  group by periods.round_id, periods.backlog, periods.valid_date, periods.from_date
),

round_before as (
  select commitment_id, coalesce(bool_or(is_overdue) filter (where as_of_id <> 'previous'), false) as is_overdue_now_known,
    coalesce(bool_or(is_overdue) filter (where as_of_id = 'previous'), false) as was_overdue_as_published
  from populations
  inner join {{ ref('as_of_dates') }} as dates using (as_of_id)
  where dates.valid_date = (select valid_date from {{ ref('as_of_dates') }} where as_of_id = 'previous')
  group by commitment_id
),

restated as (
  select count(*) filter (where is_overdue_now_known) - count(*) filter (where was_overdue_as_published) as numerator,
    {{ row_set('is_overdue_now_known <> was_overdue_as_published') }} as row_set_sha256
  from round_before
),

stuck as (
  select commitment_id from {{ ref('int_update_sequence') }}
  where reporting_line = 'lead' and is_latest and {{ is_stuck() }}
),

readings as (
  select reading, is_key_project, commitment_id from (
    select 'overdue_current' as reading, is_key_project, commitment_id from commitments where is_overdue
    union all
    select 'overdue_baseline', is_key_project, commitment_id from commitments where is_overdue_baseline
    union all
    select 'difficulty_no_progress', is_key_project, commitment_id from commitments
    where is_open and commitment_id in (select commitment_id from stuck)
  )
),

outstanding as (
  select 'outstanding' as indicator, names.reading, count(readings.commitment_id) as numerator,
    {{ row_set('readings.commitment_id is not null', 'readings.commitment_id') }} as row_set_sha256
  from (select unnest(['overdue_current', 'overdue_baseline', 'difficulty_no_progress']) as reading) as names
  left join readings on names.reading = readings.reading group by names.reading
  union all
  select 'outstanding_projects', names.reading, count(readings.commitment_id),
    {{ row_set('readings.commitment_id is not null', 'readings.commitment_id') }}
  from (select unnest(['overdue_current', 'overdue_baseline', 'difficulty_no_progress']) as reading) as names
  left join readings on names.reading = readings.reading and readings.is_key_project group by names.reading
),

long as (
  select indicator, 'round' as dimension, round_id as member, round_id as period, cast(numerator as decimal(28, 6)) as value,
    cast(numerator as bigint) as numerator, cast(null as bigint) as denominator, 'count' as unit, row_filter,
    row_set_sha256 from by_round
  union all
  select 'clearance', 'round', round_id, round_id, {{ exact_share('completed_in_round', 'due_in_round') }},
    completed_in_round, due_in_round, 'ratio',
    'commitments: (is_completed and completed_date in the round) / (is_eligible and current_deadline in the round)', due_rows from pace
  union all
  select 'disposition_days', 'round', round_id, round_id, {{ exact_share('backlog * days', 'late_in_round') }},
    backlog * days, late_in_round, 'days', 'as_of_populations: is_overdue', overdue_rows
  from pace inner join stocks using (round_id, backlog)
  union all
  select 'restatement_backlog', 'national', 'all', null, cast(numerator as decimal(28, 6)), numerator, null, 'count',
    'as_of_populations: is_overdue at the round before, now and as published', row_set_sha256 from restated
  union all
  select indicator, 'reading', reading, null, cast(numerator as decimal(28, 6)), numerator, null, 'count',
    'commitments: ' || if(indicator = 'outstanding', '', 'is_key_project and ') || reading, row_set_sha256 from outstanding
)

select indicator, dimension, member, period, value, numerator, denominator, unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, coalesce(row_set_sha256, sha256('')) as row_set_sha256
from long
