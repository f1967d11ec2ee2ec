-- The two dates of the build, as one row, so that checks and reports need not know of dbt.
select
  {{ valid_date() }} as valid_date,
  {{ knowledge_date() }} as knowledge_date,
  '{{ var("definition_version") }}' as definition_version
