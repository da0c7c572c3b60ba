"""rules.toml into a RetentionSchedule, or into every complaint with its line."""
