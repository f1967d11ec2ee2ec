with counted as (
  {{ practice_figures(fig_practice_support_indicators()) }}
),

escalations as (
  select * from {{ ref('escalations') }}
),

reasons as (
  {% for reason in ['long_overdue', 'beyond_competence', 'key_project_overdue', 'not_reported'] %}
  select '{{ reason }}' as member, count(*) filter (where is_{{ reason }}) as numerator,
    {{ row_set('is_' ~ reason) }} as row_set_sha256
  from escalations
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

-- a share of exactly the threshold is still within it
reviews as (
  select (coalesce(100 * numerator > {{ parameter('other_difficulty_pct') }} * denominator, false))::int as numerator, row_filter, row_set_sha256
  from counted
  where indicator = 'difficulty_other' and dimension = 'national'
),

transfers as (
  select * from {{ ref('transfers') }}
),

-- rounds on both sides of a transfer, once each, for those that no transfer touched
sides as (
  select distinct 'before' as side, round_after_id, round_before_id as round_id from transfers
  union all
  select distinct 'after', round_after_id, round_after_id from transfers
),

untouched as (
  select sides.side, sides.round_after_id, items.commitment_id, items.is_reported
  from {{ ref('round_items') }} as items
  inner join sides on items.round_id = sides.round_id
  anti join transfers on items.commitment_id = transfers.commitment_id
),

observed as (
  select 'transferred_before' as member, round_after_id, commitment_id, is_reported_before as is_reported
  from transfers where is_reported_before is not null
  union all
  select 'transferred_after', round_after_id, commitment_id, is_reported_after from transfers where is_reported_after is not null
  union all
  select 'not_transferred_' || side, round_after_id, commitment_id, is_reported from untouched
),

update_rates as (
  select 'transfer_group' as dimension, groups.member, count(*) filter (where observed.is_reported) as numerator,
    count(observed.commitment_id) as denominator, {{ row_set('commitment_id is not null') }} as row_set_sha256
  from (
    select unnest(['transferred_before', 'transferred_after', 'not_transferred_before', 'not_transferred_after']) as member
  ) as groups
  left join observed on groups.member = observed.member
  group by groups.member
  union all
  select 'round_transfer_group', round_after_id || '.' || member, count(*) filter (where is_reported), count(*),
    {{ row_set('true') }}
  from observed
  where round_after_id is not null  -- a transfer after the last cut-off has no round after it yet
  group by round_after_id, member
),

books as (
  select * from {{ ref('succession_totals') }}
),

totals as (
  select 'as_was' as member, cast(sum(as_was_count) as bigint) as numerator, 'succession_totals: as_was_count > 0' as row_filter,
    {{ row_set('as_was_count > 0', 'agency_id') }} as row_set_sha256 from books
  union all
  select 'as_now', cast(sum(as_now_count) as bigint), 'succession_totals: as_now_count > 0', {{ row_set('as_now_count > 0', 'agency_id') }} from books
  union all
  select 'national', count(*), 'commitments: true', {{ row_set('true') }} from {{ ref('commitments') }}
  union all
  select 'unbalanced', count(*) filter (where not is_balanced), 'succession_totals: not is_balanced', {{ row_set('not is_balanced', 'agency_id') }} from books
),

long as (
  select indicator, dimension, member, period, value, numerator, denominator, unit, row_filter, row_set_sha256 from counted
  union all
  select 'escalation_reasons', 'escalation_reason', member, null, cast(numerator as decimal(28, 6)), numerator, null, 'count',
    'escalations: is_' || member, row_set_sha256 from reasons
  union all
  select 'difficulty_review', 'national', 'all', null, cast(numerator as decimal(28, 6)), numerator, null, 'count', row_filter, row_set_sha256
  from reviews
  union all
  select 'update_rate', dimension, member, null, {{ exact_share('numerator', 'denominator') }}, numerator, denominator, 'share',
    'transfers, round_items: ' || member, row_set_sha256 from update_rates
  union all
  select 'succession_totals', 'succession_view', member, null, cast(coalesce(numerator, 0) as decimal(28, 6)),
    coalesce(numerator, 0), null, 'count', row_filter, row_set_sha256 from totals
)

select indicator, dimension, member, period, value, numerator, denominator, unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
