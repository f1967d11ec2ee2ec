-- Who led each commitment from when to when: the lead of the day of signing, then each recorded assignment.
with commitments as (
  select * from {{ ref('as_of_commitments') }}
),

assignments as (
  select * from {{ ref('stg_lead_assignments') }}
),

dates as (
  select * from {{ ref('as_of_dates') }}
),

starts as (
  select as_of_id, commitment_id, lead_agency_id as agency_id, signed_date as from_date, false as is_assignment
  from commitments
  union all
  select dates.as_of_id, assignments.commitment_id, assignments.agency_id, assignments.from_date, true as is_assignment
  from assignments
  inner join dates
    on assignments.recorded_date <= dates.knowledge_date
    and assignments.from_date <= dates.valid_date
  inner join commitments
    on assignments.commitment_id = commitments.commitment_id
    and dates.as_of_id = commitments.as_of_id
),

periods as (
  select
    as_of_id,
    commitment_id,
    agency_id,
    from_date,
    lead(from_date) over commitment - 1 as to_date,
    lead(from_date) over commitment is null as is_last,
    is_assignment
  from starts
  window commitment as (partition by as_of_id, commitment_id order by from_date, is_assignment, agency_id)
)

select * from periods
