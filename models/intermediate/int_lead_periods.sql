{{ at_edition(ref('as_of_lead_periods')) }}
