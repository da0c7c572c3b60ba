"""The catalogue's tables for what people are told: notes in folders, notices to owners."""

from typing import Final

FOLDER_NOTE: Final = (
    # One note of ours a folder. inode to sha256: of the one that lies there, NULL where none does;
    # next_*: of the one that is being put there; object: where it waits, or its predecessor does.
    # told_us: the last taking that a note there told of. A person who takes the note away has
    # read it: it comes back only when more is taken.
    """
    CREATE TABLE folder_note (
      share_id INTEGER NOT NULL REFERENCES share,
      path BLOB NOT NULL,
      name BLOB NOT NULL,
      inode INTEGER,
      size_bytes INTEGER,
      mtime_ns INTEGER,
      ctime_ns INTEGER,
      sha256 TEXT,
      told_us INTEGER NOT NULL,
      object TEXT,
      next_name BLOB,
      next_inode INTEGER,
      next_size_bytes INTEGER,
      next_mtime_ns INTEGER,
      next_sha256 TEXT,
      next_told_us INTEGER,
      PRIMARY KEY (share_id, path)
    ) STRICT, WITHOUT ROWID
    """,
)
"""What gallra itself put into people's folders: never a record."""

NOTICE: Final = (
    # What goes when, and whether its owner was told. owner: the number of the user, -1 where a
    # file is nobody's own. round: the last time that it was found to go.
    """
    CREATE TABLE notice (
      record_id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
      act TEXT NOT NULL,
      on_day TEXT NOT NULL,
      owner INTEGER NOT NULL,
      round INTEGER NOT NULL,
      told_us INTEGER
    ) STRICT
    """,
    "CREATE INDEX notice_round ON notice (round, owner)",
)
