-- Reports that may be used at each pair of dates: about a day by T, in a file received by K that no other known file replaces.
-- The only place that applies T and K to the submissions.
with updates as (
  select * from {{ ref('stg_progress_updates') }}
),

ledger as (
  select * from {{ ref('stg_submission_ledger') }}
),

commitments as (
  select * from {{ ref('as_of_commitments') }}
),

dates as (
  select * from {{ ref('as_of_dates') }}
),

files as (
  select dates.as_of_id, dates.valid_date, ledger.file, ledger.supersedes, ledger.received_at, cast(ledger.received_at as date) as received_date
  from ledger
  inner join dates on cast(ledger.received_at as date) <= dates.knowledge_date
),

current_files as (
  select files.*
  from files
  anti join files as later on files.file = later.supersedes and files.as_of_id = later.as_of_id
),

known as (
  select current_files.as_of_id, updates.*, current_files.received_at, current_files.received_date
  from updates
  inner join current_files
    on updates.source_file = current_files.file
    and updates.as_of_date <= current_files.valid_date
  inner join commitments
    on updates.commitment_id = commitments.commitment_id
    and current_files.as_of_id = commitments.as_of_id
)

select * from known
