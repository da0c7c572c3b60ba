"""What gallra costs, measured: see scripts/bench --help."""
