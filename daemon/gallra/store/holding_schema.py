"""The part of the catalogue's tables that holds and reviews need, as SQL; see :mod:`schema`."""

from typing import Final

HOLDING: Final = (
    # about: what a hold is on besides path and class, as JSON. verdict: approve or keep.
    "ALTER TABLE hold ADD COLUMN about TEXT",
    "ALTER TABLE hold ADD COLUMN until_on TEXT",
    "ALTER TABLE hold ADD COLUMN lifted_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE hold ADD COLUMN lifted_because TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE review (
      decision_id INTEGER PRIMARY KEY AUTOINCREMENT,
      record_id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
      verdict TEXT NOT NULL,
      by_whom TEXT NOT NULL,
      why TEXT NOT NULL,
      at_us INTEGER NOT NULL,
      until_on TEXT,
      is_whole INTEGER NOT NULL,
      class TEXT NOT NULL,
      reasons TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      mtime_ns INTEGER NOT NULL,
      ctime_ns INTEGER NOT NULL,
      link_count INTEGER NOT NULL,
      ended_us INTEGER,
      ended_because TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX review_record ON review (record_id)",
    "CREATE INDEX review_standing ON review (decision_id) WHERE ended_us IS NULL",
)
