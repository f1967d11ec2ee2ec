{# Who led which commitment that was open on the cut-off of a round: joins the CTEs rounds, periods (of leads) and
   commitments. A commitment counts once it is signed and recorded, until it is completed or ends. #}
{% macro open_leads() -%}
from rounds
  inner join periods
    on periods.from_date <= rounds.data_cutoff
    and coalesce(periods.to_date, rounds.data_cutoff) >= rounds.data_cutoff
  inner join commitments
    on periods.commitment_id = commitments.commitment_id
    and commitments.recorded_date <= rounds.data_cutoff
    and commitments.signed_date <= rounds.data_cutoff
    and not commitments.is_ongoing_framework
    and coalesce(commitments.exit_date > rounds.data_cutoff, true)
    and coalesce(commitments.completed_date > rounds.data_cutoff, true)
{%- endmacro %}
