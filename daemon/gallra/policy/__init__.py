"""Pure decisions: what class, due when, what to do, what stops it. No clock, disk or log."""
