-- Two other ways to count: documents by the least advanced of their commitments, and commitments by every agency that has a part
-- in them. The second does not add up to the nation.
with commitments as (
  select
    *,
    case when is_completed then 'completed' when effective_status = 'completed' then 'in_progress' else effective_status end as status
  from {{ ref('commitments') }}
),

ranked as (
  select coalesce(document_id, commitment_id) as document_key,
    min(list_position(['no_information', 'withdrawn', 'not_started', 'suspended', 'in_progress', 'completed'], status)) as rank
  from commitments
  where is_open or is_completed
  group by document_key
),

documents as (
  select statuses.status, count(ranked.document_key) as numerator,
    sha256(coalesce(string_agg(ranked.document_key, ',' order by ranked.document_key), '')) as row_set_sha256
  from (select unnest(['no_information', 'withdrawn', 'not_started', 'suspended', 'in_progress', 'completed']) as status,
    generate_subscripts(['no_information', 'withdrawn', 'not_started', 'suspended', 'in_progress', 'completed'], 1) as rank) as statuses
  left join ranked using (rank)
  group by statuses.status
),

parties as (
  select commitment_id, lead_agency_id_as_now as agency_id from commitments
  union
  select roles.commitment_id, roles.agency_id
  from {{ ref('stg_commitment_agencies') }} as roles
  inner join commitments using (commitment_id)
),

taken_part as (
  {% for indicator, condition in [('participation', 'true'), ('participation_open', 'is_open'),
    ('participation_completed', 'is_completed'), ('participation_backlog', 'is_overdue')] %}
  select '{{ indicator }}' as indicator, parties.agency_id, count(*) filter (where {{ condition }}) as numerator,
    {{ sql_text('lead_agency_id_as_now or commitment_agencies: ' ~ condition) }} as row_filter,
    {{ row_set(condition) }} as row_set_sha256
  from parties inner join commitments using (commitment_id)
  group by parties.agency_id
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

long as (
  select 'documents_by_status' as indicator, 'effective_status' as dimension, status as member, numerator,
    'documents whose least advanced open or completed commitment is ' || status as row_filter, row_set_sha256
  from documents
  union all
  select indicator, 'agency', agency_id, numerator, row_filter, row_set_sha256 from taken_part
)

select
  indicator, dimension, member, cast(null as varchar) as period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, 'count' as unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
