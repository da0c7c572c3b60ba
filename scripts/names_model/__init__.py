"""Trains the names model that gallra ships; run by scripts/train-names."""
