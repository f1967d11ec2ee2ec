-- Comparable pairs: the last report of the lead line beside the last report of each co-lead, when their as-of dates are close.
with latest as (
  select * from {{ ref('as_of_sequence') }} where is_latest
),

co_leads as (
  select * from {{ ref('stg_commitment_agencies') }} where role = 'co_lead'
),

pairs as (
  select
    lead_report.as_of_id,
    lead_report.commitment_id,
    lead_report.agency_id as lead_agency_id,
    co_report.agency_id as co_lead_agency_id,
    lead_report.status as lead_status,
    co_report.status as co_lead_status,
    lead_report.progress_pct as lead_progress_pct,
    co_report.progress_pct as co_lead_progress_pct,
    lead_report.completed_date as lead_completed_date,
    co_report.completed_date as co_lead_completed_date,
    lead_report.current_deadline as lead_deadline,
    co_report.current_deadline as co_lead_deadline,
    greatest(lead_report.as_of_date, co_report.as_of_date) as as_of_date,
    co_report.source_file as co_lead_file,
    co_report.source_row as co_lead_row
  from latest as lead_report
  inner join latest as co_report
    on lead_report.commitment_id = co_report.commitment_id
    and lead_report.as_of_id = co_report.as_of_id
    and lead_report.reporting_line = 'lead'
    and co_report.reporting_line <> 'lead'
    and abs(lead_report.as_of_date - co_report.as_of_date) <= {{ parameter('conflict_as_of_days') }}
  inner join co_leads
    on co_report.commitment_id = co_leads.commitment_id
    and co_report.agency_id = co_leads.agency_id
),

compared as (
  select
    *,
    lead_status <> co_lead_status as differs_in_status,
    coalesce(abs(lead_progress_pct - co_lead_progress_pct) > {{ parameter('conflict_progress_pp') }}, false)
      as differs_in_progress,
    coalesce(abs(lead_completed_date - co_lead_completed_date) > {{ parameter('conflict_date_days') }}, false)
      as differs_in_completion,
    coalesce(abs(lead_deadline - co_lead_deadline) > {{ parameter('conflict_date_days') }}, false)
      as differs_in_deadline
  from pairs
)

select
  *,
  differs_in_status or differs_in_progress or differs_in_completion or differs_in_deadline as is_conflict
from compared
