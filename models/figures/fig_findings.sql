-- What became of findings since the rounds before (indicators §2). Rows are findings: those of this edition, and those of
-- earlier rounds that are closed.
with findings as (
  select * from {{ source('life', 'findings_life') }}
),

rules as (
  select rule_id from {{ source('quality', 'check_results') }}
),

edition as (
  select year(valid_date) || '-Q' || quarter(valid_date) as round_id from {{ ref('editions') }}
),

-- a closed finding counts in the round that closed it
current_ones as (
  select findings.*, cast(findings.age_rounds as bigint) as age
  from findings
  cross join edition
  where findings.status <> 'closed' or findings.closed_round = edition.round_id
),

grouped as (
  select *, 'national' as dimension, 'all' as member from current_ones
  union all
  select *, 'rule', rule_id from current_ones
  union all
  select *, 'agency', agency_id from current_ones where agency_id is not null
),

members as (
  select 'national' as dimension, 'all' as member
  union
  select 'rule', rule_id from rules
  union
  select dimension, member from grouped
),

statuses as (
  select unnest(['opened', 'still_open', 'reopened', 'accepted', 'closed']) as status
),

-- every status of every member, zeros included: a figure that is missing cannot be told from one that is nought
counted as (
  select
    'findings_' || statuses.status as indicator, members.dimension, members.member, count(grouped.finding_id) as numerator,
    'findings_life: status = ''' || statuses.status || ''''
      || if(statuses.status = 'closed', ' and closed_round = ''' || any_value(edition.round_id) || '''', '') as row_filter,
    sha256(coalesce(string_agg(grouped.finding_id, ',' order by grouped.finding_id), '')) as row_set_sha256
  from members
  cross join statuses
  cross join edition
  left join grouped
    on members.dimension = grouped.dimension and members.member = grouped.member and statuses.status = grouped.status
  group by statuses.status, members.dimension, members.member
),

open_ones as (
  select * from grouped where status <> 'closed'
),

ages as (
  select unnest(['1', '2', '3', '4', '5', '6_or_more']) as member
),

aged as (
  select
    'findings_age' as indicator, 'age_rounds' as dimension, ages.member, count(open_ones.finding_id) as numerator,
    'findings_life: status <> ''closed'' and age_rounds '
      || if(ages.member = '6_or_more', '>= 6', '= ' || ages.member) as row_filter,
    sha256(coalesce(string_agg(open_ones.finding_id, ',' order by open_ones.finding_id), '')) as row_set_sha256
  from ages
  left join open_ones
    on open_ones.dimension = 'national' and ages.member = if(open_ones.age >= 6, '6_or_more', cast(open_ones.age as varchar))
  group by ages.member
),

oldest as (
  select
    'findings_oldest' as indicator, members.dimension, members.member, coalesce(max(open_ones.age), 0) as numerator,
    'findings_life: max(age_rounds) where status <> ''closed''' as row_filter,
    sha256(coalesce(string_agg(open_ones.finding_id, ',' order by open_ones.finding_id), '')) as row_set_sha256
  from members
  left join open_ones on members.dimension = open_ones.dimension and members.member = open_ones.member
  group by members.dimension, members.member
),

long as (
  select * from counted
  union all
  select * from aged
  union all
  select * from oldest
)

select indicator, dimension, member, cast(null as varchar) as period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, if(indicator = 'findings_oldest', 'number', 'count') as unit,
  cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound,
  row_filter || if(dimension in ('rule', 'agency'), ' and ' || dimension || '_id = ''' || member || '''', '') as row_filter,
  row_set_sha256
from long
