{{ at_edition(ref('as_of_effective_status')) }}
