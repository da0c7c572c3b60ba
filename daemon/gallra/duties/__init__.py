"""What a club owes: access requests, incidents, consents, registers, handovers, the audit."""
