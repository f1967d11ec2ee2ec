{{ at_edition(ref('as_of_exits')) }}
