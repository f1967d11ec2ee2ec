-- Why a headline rate changed from the round before to this edition: every commitment that entered or left its numerator or
-- denominator, with one cause each. First what was learned later about the same date, then what happened since.
{% set rates = explained_rates() %}
with populations as (
  select * from {{ ref('as_of_populations') }}
),

edition as (
  select * from populations where as_of_id = 'edition'
),

as_published as (
  select * from populations where as_of_id = 'previous'
),

as_now_known as (
  select populations.* from populations
  inner join {{ ref('as_of_dates') }} as rounds on populations.as_of_id = rounds.as_of_id
  inner join {{ ref('as_of_dates') }} as previous on previous.as_of_id = 'previous' and rounds.valid_date = previous.valid_date
  where populations.as_of_id not in ('previous', 'edition')
),

sides as (
  {% for rate, (numerator, denominator) in rates.items() %}
  select '{{ rate }}' as rate, 'published' as side, commitment_id, ({{ numerator }}) as is_in_numerator,
    ({{ denominator }}) as is_in_denominator, is_eligible from as_published
  union all
  select '{{ rate }}', 'now_known', commitment_id, ({{ numerator }}), ({{ denominator }}), is_eligible from as_now_known
  union all
  select '{{ rate }}', 'edition', commitment_id, ({{ numerator }}), ({{ denominator }}), is_eligible from edition
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

flat as (
  select
    rate,
    commitment_id,
    {% for side in ['published', 'now_known', 'edition'] %}
    bool_or(is_in_numerator) filter (where side = '{{ side }}') as numerator_{{ side }},
    bool_or(is_in_denominator) filter (where side = '{{ side }}') as denominator_{{ side }},
    coalesce(bool_or(is_eligible) filter (where side = '{{ side }}'), false) as is_eligible_{{ side }},
    count(*) filter (where side = '{{ side }}') > 0 as known_{{ side }}{{ ',' if not loop.last }}
    {% endfor %}
  from sides
  group by rate, commitment_id
),

changes as (
  select
    rate, commitment_id, 'corrected' as cause,
    coalesce(numerator_now_known, false)::int - coalesce(numerator_published, false)::int as numerator_change,
    coalesce(denominator_now_known, false)::int - coalesce(denominator_published, false)::int as denominator_change
  from flat
  union all
  select
    rate, commitment_id,
    case
      when not known_now_known then 'new'
      when coalesce(denominator_edition, false) and not coalesce(denominator_now_known, false) then 'newly_due'
      when coalesce(denominator_now_known, false) and not coalesce(denominator_edition, false)
        -- nothing but another deadline takes what is still eligible out of what is due
        then case when is_eligible_edition then 'extended' else 'exited' end
      when numerator_edition then 'completed'
      else 'reversed'
    end,
    coalesce(numerator_edition, false)::int - coalesce(numerator_now_known, false)::int,
    coalesce(denominator_edition, false)::int - coalesce(denominator_now_known, false)::int
  from flat
)

select rate, commitment_id, cause, numerator_change, denominator_change
from changes
where (numerator_change <> 0 or denominator_change <> 0)
