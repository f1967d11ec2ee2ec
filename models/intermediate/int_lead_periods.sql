-- Who led each commitment from when to when: the lead of the day of signing, then each recorded assignment.
with commitments as (
  select * from {{ ref('int_commitments_known') }}
),

assignments as (
  select * from {{ ref('stg_lead_assignments') }}
),

edition as (
  select * from {{ ref('editions') }}
),

starts as (
  select commitment_id, lead_agency_id as agency_id, signed_date as from_date, false as is_assignment
  from commitments
  union all
  select assignments.commitment_id, assignments.agency_id, assignments.from_date, true as is_assignment
  from assignments
  inner join commitments on assignments.commitment_id = commitments.commitment_id
  cross join edition
  where assignments.recorded_date <= edition.knowledge_date
    and assignments.from_date <= edition.valid_date
),

periods as (
  select
    commitment_id,
    agency_id,
    from_date,
    lead(from_date) over commitment - 1 as to_date,
    lead(from_date) over commitment is null as is_last,
    is_assignment
  from starts
  window commitment as (partition by commitment_id order by from_date, is_assignment, agency_id)
)

select * from periods
