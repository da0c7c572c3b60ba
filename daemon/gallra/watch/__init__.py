"""Which directories changed, and what is in them now."""
