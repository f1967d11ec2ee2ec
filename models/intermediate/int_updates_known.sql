-- Reports that the edition may use: about a day by T, in a file received by K that no other known file replaces.
-- The only place that applies T and K to the submissions.
with updates as (
  select * from {{ ref('stg_progress_updates') }}
),

ledger as (
  select * from {{ ref('stg_submission_ledger') }}
),

commitments as (
  select * from {{ ref('int_commitments_known') }}
),

edition as (
  select * from {{ ref('editions') }}
),

files as (
  select ledger.file, ledger.supersedes, ledger.received_at, cast(ledger.received_at as date) as received_date
  from ledger
  cross join edition
  where cast(ledger.received_at as date) <= edition.knowledge_date
),

current_files as (
  select file, received_at, received_date
  from files
  where file not in (select supersedes from files where supersedes is not null)
),

known as (
  select updates.*, current_files.received_at, current_files.received_date
  from updates
  inner join current_files on updates.source_file = current_files.file
  inner join commitments on updates.commitment_id = commitments.commitment_id
  cross join edition
  where updates.as_of_date <= edition.valid_date
)

select * from known
