-- The seven contents that the mechanism asks for on each open commitment: is anything there, and can it be used.
-- The register holds the first three and the deadline, the lead line's last report the rest. In a report an empty
-- difficulty or recommendation says that there is none, which cannot stand beside an overdue date or a difficulty that the
-- agency cannot solve.
{% set contents = ['lead_agency', 'partners', 'content', 'progress', 'deadline', 'difficulties', 'recommendations'] %}
with commitments as (
  select commitments.*, register.no_deadline_reason
  from {{ ref('commitments') }} as commitments
  inner join {{ ref('int_commitments_known') }} as register using (commitment_id)
  where commitments.is_open
),

edition as (
  select * from {{ ref('editions') }}
),

reports as (
  select * from {{ ref('int_update_sequence') }} where reporting_line = 'lead' and is_latest
),

agencies as (
  select * from {{ ref('stg_agencies') }}
),

partners as (
  select * from {{ ref('stg_partners') }}
),

seen as (
  select
    commitments.commitment_id,
    commitments.lead_agency_id_as_now as agency_id,
    commitments.lead_basis <> 'none' as has_lead_agency,
    agencies.agency_id is not null and coalesce(agencies.valid_to >= edition.valid_date, true) as lead_agency_usable,
    commitments.partner_id is not null as has_partners,
    partners.partner_id is not null as partners_usable,
    coalesce(commitments.title_en, commitments.title_vi) is not null as has_content,
    commitments.title_en is not null and commitments.title_vi is not null as content_usable,
    reports.commitment_id is not null as has_progress,
    length(reports.narrative) between {{ parameter('text_min_chars') }} and {{ parameter('text_max_chars') }}
      and reports.narrative not in (commitments.title_en, commitments.title_vi) as progress_usable,
    commitments.current_deadline is not null or commitments.no_deadline_reason is not null as has_deadline,
    commitments.current_deadline is null or commitments.current_deadline >= commitments.signed_date as deadline_usable,
    reports.commitment_id is not null as has_difficulties,
    case when reports.difficulty_code is null then not commitments.is_overdue
      else reports.within_competence is not null end as difficulties_usable,
    reports.commitment_id is not null as has_recommendations,
    case when reports.recommendation is null then coalesce(reports.within_competence, true)
      else reports.addressed_to is not null end as recommendations_usable
  from commitments
  cross join edition
  left join reports on commitments.commitment_id = reports.commitment_id
  left join agencies on commitments.lead_agency_id_as_now = agencies.agency_id
  left join partners on commitments.partner_id = partners.partner_id
),

long as (
  {% for content in contents %}
  select commitment_id, agency_id, '{{ content }}' as content, has_{{ content }} as is_populated,
    has_{{ content }} and coalesce({{ content }}_usable, false) as is_valid
  from seen
  {{ 'union all' if not loop.last }}
  {% endfor %}
)

select commitment_id, agency_id, content, is_populated, is_valid
from long
