"""The tables of who may read what: each thing that is said of many files stands there once."""

from typing import Final

ACCESS: Final = (
    # What a file or directory says itself; mode is its permission bits.
    """
    CREATE TABLE access (
      access_id INTEGER PRIMARY KEY,
      mode INTEGER NOT NULL,
      uid INTEGER NOT NULL,
      gid INTEGER NOT NULL,
      access_list BLOB NOT NULL,
      UNIQUE (mode, uid, gid, access_list)
    ) STRICT
    """,
    # Who gets as far as into a directory, all that are above it in the share considered.
    "CREATE TABLE reach (reach_id INTEGER PRIMARY KEY, readers TEXT NOT NULL UNIQUE) STRICT",
    # access_ctime_ns: of the version whose access was looked at; another means: look again.
    "ALTER TABLE file ADD COLUMN access_id INTEGER",
    "ALTER TABLE file ADD COLUMN access_ctime_ns INTEGER",
    "ALTER TABLE directory ADD COLUMN access_id INTEGER",
    "ALTER TABLE directory ADD COLUMN reach_id INTEGER",
    # 0 is no directory's: each is looked into once after this step.
    "ALTER TABLE directory ADD COLUMN ctime_ns INTEGER NOT NULL DEFAULT 0",
    """
    CREATE INDEX directory_unreached ON directory (share_id, path)
      WHERE reach_id IS NULL AND access_id IS NOT NULL
    """,
)
