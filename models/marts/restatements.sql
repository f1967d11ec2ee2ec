-- Figures of the round before that are others by what is known now: as they were published then, as they are for the same day today,
-- and what was learned in between (§5.7). A restatement is no movement, and a figure that stands is not listed.
with populations as (
  select * from {{ ref('as_of_populations') }}
),

previous as (
  select valid_date from {{ ref('as_of_dates') }} where as_of_id = 'previous'
),

published as (
  select * from populations where as_of_id = 'previous'
),

now_known as (
  select populations.*
  from populations
  inner join {{ ref('as_of_dates') }} as dates using (as_of_id)
  inner join previous on dates.valid_date = previous.valid_date
  where as_of_id <> 'previous'
),

learned as (
  select
    commitment_id,
    case
      when published.as_of_id is null then 'registered'
      when now_known.as_of_id is null then 'struck_out'
      when published.exit_type is distinct from now_known.exit_type then 'exit'
      when published.effective_status <> now_known.effective_status then 'status'
      when published.current_deadline is distinct from now_known.current_deadline then 'deadline'
      else 'date_or_evidence'
    end as cause
  from published
  full join now_known using (commitment_id)
),

members as (
  {% for figure in restated_figures() %}
  {% for side, is_old in [('published', 'true'), ('now_known', 'false')] %}
  select '{{ figure.id }}' as figure_id, commitment_id, {{ is_old }} as is_old, {{ 'true' if figure.denominator else 'false' }} as is_share,
    ({{ figure.numerator }}) as is_above, {{ '(' ~ figure.denominator ~ ')' if figure.denominator else 'false' }} as is_below
  from {{ side }}
  {{ 'union all' if not loop.last }}
  {% endfor %}
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

flat as (
  select
    figure_id, commitment_id, is_share,
    coalesce(bool_or(is_above) filter (where is_old), false) as old_above,
    coalesce(bool_or(is_above) filter (where not is_old), false) as new_above,
    coalesce(bool_or(is_below) filter (where is_old), false) as old_below,
    coalesce(bool_or(is_below) filter (where not is_old), false) as new_below
  from members
  group by figure_id, commitment_id, is_share
),

counted as (
  select
    flat.figure_id,
    flat.is_share,
    count(*) filter (where old_above) as old_numerator,
    case when is_share then count(*) filter (where old_below) end as old_denominator,
    count(*) filter (where new_above) as new_numerator,
    case when is_share then count(*) filter (where new_below) end as new_denominator,
    count(*) filter (where old_above <> new_above or old_below <> new_below) as commitment_count,
    string_agg(distinct learned.cause, ' ' order by learned.cause)
      filter (where old_above <> new_above or old_below <> new_below) as causes
  from flat
  inner join learned using (commitment_id)
  group by flat.figure_id, flat.is_share
)

select
  counted.figure_id,
  previous.valid_date,
  case when is_share then {{ exact_share('old_numerator', 'old_denominator') }} else cast(old_numerator as decimal(28, 6)) end as old_value,
  case when is_share then {{ exact_share('new_numerator', 'new_denominator') }} else cast(new_numerator as decimal(28, 6)) end as new_value,
  old_numerator, old_denominator, new_numerator, new_denominator, commitment_count, causes
from counted
cross join previous
where commitment_count > 0
