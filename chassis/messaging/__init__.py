"""Events: the outbox and its relay, reactions, projections, dead letters and generations."""
