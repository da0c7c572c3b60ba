"""Data that ship with the room; see docs/reference/gazetteer-card.md."""
