"""Decisions and records as text, tables and JSON, in Swedish, Bokmål and English."""
