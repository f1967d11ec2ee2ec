-- Names of every member of every dimension, in both languages: from the code lists, the term base and the categories of the
-- schemas. A report looks names up here and never writes one of its own.
{% set term_families = [
  ('completion_class', 'class_'), ('population_class', 'population_'), ('freshness', 'freshness_'), ('verdict', 'verdict_'),
  ('effective_status', 'status_'), ('severity', 'severity_'), ('result', 'result_'), ('scope', 'scope_'),
  ('level', 'level_'), ('key_project', 'key_project_'), ('rule_dimension', 'dq_'), ('renderer', 'renderer_'),
  ('agreement', 'agreement_'), ('age_rounds', 'age_rounds_'), ('relation', 'relation_'), ('reading', 'reading_'), ('cause', 'cause_'), ('movement', 'movement_'),
  ('content', 'content_'), ('frequency_class', 'frequency_'), ('reversal_kind', 'reversal_kind_'),
  ('reversal_reason', 'reversal_reason_'), ('conflict_kind', 'conflict_kind_'), ('escalation_reason', 'escalation_reason_'),
  ('transfer_group', 'transfer_group_'), ('succession_view', 'succession_view_'), ('evidence_grade', 'evidence_grade_'), ('slip_band', 'slip_band_'), ('light', 'light_')
] %}
with terms as (
  select * from {{ ref('stg_terms') }}
),

code_lists as (
  select 'agency' as dimension, agency_id as member, name_en, name_vi from {{ ref('stg_agencies') }}
  union all
  select 'agency_as_was', agency_id, name_en, name_vi from {{ ref('stg_agencies') }}
  union all
  select 'field', field_id, name_en, name_vi from {{ ref('stg_fields') }}
  union all
  select 'partner', partner_id, name_en, name_vi from {{ ref('stg_partners') }}
  union all
  select 'instrument', instrument_id, name_en, name_vi from {{ ref('stg_instruments') }}
  union all
  select 'difficulty_code', difficulty_code, name_en, name_vi from {{ ref('stg_difficulty_codes') }}
  union all
  select 'indicator', indicator, name_en, name_vi from {{ ref('indicators') }}
),

schema_categories as (
  select
    case field_name when 'agencies.kind' then 'agency_kind' else field_name end as dimension,
    code as member, label_en as name_en, label_vi as name_vi
  from {{ source('build', 'categories') }}
),

term_members as (
  select 'term' as dimension, term_id as member, en as name_en, vi as name_vi from terms
  union all
  select 'ageing_band', term_id, en, vi from terms where starts_with(term_id, 'ageing_')
  {% for dimension, prefix in term_families %}
  union all
  select '{{ dimension }}', substr(term_id, {{ prefix | length + 1 }}), en, vi from terms where starts_with(term_id, '{{ prefix }}')
  {% endfor %}
),

named as (
  select * from code_lists
  union all
  select * from {{ ref('lag_labels') }}
  union all
  select * from schema_categories
  union all
  select * from term_members
)

select distinct dimension, member, name_en, name_vi
from named
