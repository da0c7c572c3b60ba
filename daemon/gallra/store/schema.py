"""The catalogue's tables, as SQL. What changes here also needs a migration of its own."""

from typing import Final

APPLICATION_ID: Final = 0x67616C6C
"""``gall``: tells our database from any other that lies at the same place."""
SCHEMA_VERSION: Final = 15
"""``PRAGMA user_version``; how many migrations there are."""

FIRST: Final = (
    # Counters live here, kept by triggers: counting 10 million files takes seconds.
    """
    CREATE TABLE share (
      share_id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL DEFAULT '',
      device INTEGER,
      filesystem TEXT,
      root_inode INTEGER,
      marker TEXT,
      dirty_us INTEGER,
      events_lost_us INTEGER,
      events_lost_because TEXT,
      reconciled_us INTEGER,
      watched_count INTEGER NOT NULL DEFAULT 0,
      file_count INTEGER NOT NULL DEFAULT 0,
      directory_count INTEGER NOT NULL DEFAULT 0,
      backlog_count INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    # path: relative to the share, '' is its root. listing: see gallra.store.ingest.
    """
    CREATE TABLE directory (
      directory_id INTEGER PRIMARY KEY,
      share_id INTEGER NOT NULL REFERENCES share,
      parent_id INTEGER,
      path BLOB NOT NULL,
      inode INTEGER NOT NULL DEFAULT 0,
      mtime_ns INTEGER NOT NULL DEFAULT 0,
      listing BLOB,
      skipped_count INTEGER NOT NULL DEFAULT 0,
      dirty_us INTEGER,
      unreadable_errno INTEGER,
      UNIQUE (share_id, path)
    ) STRICT
    """,
    "CREATE INDEX directory_parent ON directory (parent_id)",
    "CREATE INDEX directory_dirty ON directory (share_id, dirty_us) WHERE dirty_us IS NOT NULL",
    """
    CREATE INDEX directory_unreadable ON directory (share_id)
      WHERE unreadable_errno IS NOT NULL
    """,
    # read_*: the version that was read, the others what the scan found last. ready_us: when
    # the file was last seen to change, or until when its reading was put off. old_path: where
    # it was, for a file that is no longer in the share.
    """
    CREATE TABLE file (
      file_id INTEGER PRIMARY KEY,
      share_id INTEGER NOT NULL REFERENCES share,
      directory_id INTEGER NOT NULL,
      name BLOB NOT NULL,
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      mtime_ns INTEGER NOT NULL,
      ctime_ns INTEGER NOT NULL,
      link_count INTEGER NOT NULL,
      mode INTEGER NOT NULL,
      uid INTEGER NOT NULL,
      gid INTEGER NOT NULL,
      birth_ns INTEGER,
      first_seen_us INTEGER NOT NULL,
      ready_us INTEGER NOT NULL,
      pending INTEGER NOT NULL DEFAULT 1,
      attempt_count INTEGER NOT NULL DEFAULT 0,
      read_device INTEGER,
      read_inode INTEGER,
      read_size_bytes INTEGER,
      read_mtime_ns INTEGER,
      read_ctime_ns INTEGER,
      read_link_count INTEGER,
      read_us INTEGER,
      scanner_version TEXT,
      outcome TEXT,
      state TEXT NOT NULL DEFAULT 'present',
      ended_us INTEGER,
      old_path BLOB
    ) STRICT
    """,
    "CREATE UNIQUE INDEX file_place ON file (directory_id, name) WHERE state = 'present'",
    "CREATE INDEX file_inode ON file (inode)",
    "CREATE INDEX file_pending ON file (ready_us, file_id) WHERE pending = 1",
    "CREATE INDEX file_ended ON file (ended_us) WHERE state IN ('gone', 'destroyed')",
    """
    CREATE TABLE record (
      record_id INTEGER PRIMARY KEY,
      file_id INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
      part TEXT NOT NULL,
      kind TEXT NOT NULL,
      outcome TEXT NOT NULL,
      reason TEXT,
      encrypted TEXT,
      is_incomplete INTEGER NOT NULL,
      is_container INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      language TEXT NOT NULL,
      entities TEXT NOT NULL,
      special TEXT NOT NULL,
      subjects TEXT NOT NULL,
      document_on TEXT,
      document_precision TEXT,
      document_source TEXT,
      created_us INTEGER,
      modified_us INTEGER NOT NULL,
      first_seen_us INTEGER NOT NULL,
      span_offset INTEGER,
      span_length INTEGER,
      span_sha256 TEXT,
      class TEXT NOT NULL,
      rule_number INTEGER,
      because TEXT NOT NULL,
      due_on TEXT,
      counted_from TEXT,
      due_because TEXT NOT NULL,
      rules_digest TEXT NOT NULL,
      state TEXT NOT NULL DEFAULT 'present',
      UNIQUE (file_id, part)
    ) STRICT
    """,
    """
    CREATE INDEX record_due ON record (due_on)
      WHERE state = 'present' AND due_on IS NOT NULL
    """,
    "CREATE INDEX record_class ON record (class)",
    # What was not read in full, part by part, so that it can be said which attachment it was.
    """
    CREATE TABLE unread_part (
      file_id INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
      part TEXT NOT NULL,
      kind TEXT NOT NULL,
      outcome TEXT NOT NULL,
      reason TEXT,
      encrypted TEXT,
      PRIMARY KEY (file_id, part)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE value_digest (
      digest BLOB NOT NULL,
      entity TEXT NOT NULL,
      record_id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
      PRIMARY KEY (digest, entity, record_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX value_digest_record ON value_digest (record_id)",
    """
    CREATE TABLE quarantine (
      quarantine_id TEXT PRIMARY KEY,
      file_id INTEGER NOT NULL REFERENCES file,
      share_id INTEGER NOT NULL REFERENCES share,
      path BLOB NOT NULL,
      object_name TEXT NOT NULL,
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      mtime_ns INTEGER NOT NULL,
      ctime_ns INTEGER NOT NULL,
      link_count INTEGER NOT NULL,
      quarantined_us INTEGER NOT NULL,
      destroy_on TEXT,
      class TEXT NOT NULL,
      intent INTEGER,
      state TEXT NOT NULL DEFAULT 'quarantined',
      ended_us INTEGER
    ) STRICT
    """,
    "CREATE INDEX quarantine_file ON quarantine (file_id)",
    """
    CREATE INDEX quarantine_due ON quarantine (destroy_on) WHERE state = 'quarantined'
    """,
    """
    CREATE TABLE act (
      act_id INTEGER PRIMARY KEY,
      at_us INTEGER NOT NULL,
      share_id INTEGER NOT NULL REFERENCES share,
      deed TEXT NOT NULL,
      size_bytes INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX act_at ON act (at_us)",
    """
    CREATE TABLE hold (
      hold_id INTEGER PRIMARY KEY,
      reference TEXT NOT NULL,
      path TEXT,
      class TEXT,
      reason TEXT NOT NULL,
      placed_by TEXT NOT NULL,
      placed_us INTEGER NOT NULL,
      lifted_us INTEGER
    ) STRICT
    """,
    "CREATE UNIQUE INDEX hold_standing ON hold (reference) WHERE lifted_us IS NULL",
    "CREATE TABLE confirmation (digest TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """
    CREATE TRIGGER file_counted AFTER INSERT ON file WHEN new.state = 'present' BEGIN
      UPDATE share SET file_count = file_count + 1, backlog_count = backlog_count + new.pending
        WHERE share_id = new.share_id;
    END
    """,
    """
    CREATE TRIGGER file_uncounted AFTER DELETE ON file WHEN old.state = 'present' BEGIN
      UPDATE share SET file_count = file_count - 1, backlog_count = backlog_count - old.pending
        WHERE share_id = old.share_id;
    END
    """,
    """
    CREATE TRIGGER file_recounted AFTER UPDATE OF share_id, state, pending ON file
      WHEN new.share_id <> old.share_id OR new.state <> old.state OR new.pending <> old.pending
    BEGIN
      UPDATE share SET file_count = file_count - (old.state = 'present'),
          backlog_count = backlog_count - (old.state = 'present') * old.pending
        WHERE share_id = old.share_id;
      UPDATE share SET file_count = file_count + (new.state = 'present'),
          backlog_count = backlog_count + (new.state = 'present') * new.pending
        WHERE share_id = new.share_id;
    END
    """,
    # A record's fate is its file's: said once, so that no way of ending a file can forget it.
    """
    CREATE TRIGGER file_ended AFTER UPDATE OF state ON file WHEN new.state <> old.state BEGIN
      UPDATE record SET state = new.state WHERE file_id = new.file_id;
    END
    """,
    """
    CREATE TRIGGER directory_counted AFTER INSERT ON directory BEGIN
      UPDATE share SET directory_count = directory_count + 1 WHERE share_id = new.share_id;
    END
    """,
    """
    CREATE TRIGGER directory_uncounted AFTER DELETE ON directory BEGIN
      UPDATE share SET directory_count = directory_count - 1 WHERE share_id = old.share_id;
    END
    """,
)

UNSEEN: Final = (
    # Files with pages and pictures that nobody has looked at yet.
    """
    CREATE TABLE unseen (
      file_id INTEGER PRIMARY KEY REFERENCES file ON DELETE CASCADE,
      page_count INTEGER NOT NULL,
      attempt_count INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
)

DIRECTION: Final = ("ALTER TABLE record ADD COLUMN direction TEXT",)
"""Which way a message went, where that can be told."""

_COUNTED: Final = "{0}.state = 'present' AND {0}.pending = 0 AND {0}.extent IS NOT NULL"
_TAKE: Final = (
    "UPDATE extent SET file_count = file_count - 1, byte_count = byte_count - old.read_size_bytes"  # noqa: S608 - constants
    " WHERE share_id = old.share_id AND extent = old.extent AND " + _COUNTED.format("old") + ";"
)
_GIVE: Final = (
    "INSERT INTO extent (share_id, extent, file_count, byte_count)"
    " SELECT new.share_id, new.extent, 1, new.read_size_bytes WHERE "
    + _COUNTED.format("new")
    + " ON CONFLICT (share_id, extent) DO UPDATE SET file_count = file_count + 1,"
    " byte_count = byte_count + excluded.byte_count;"
)
EXTENT: Final = (
    # How far each file was read, and how many of each kind there are: counted as they change.
    "ALTER TABLE file ADD COLUMN extent TEXT",
    """
    CREATE TABLE extent (
      share_id INTEGER NOT NULL REFERENCES share ON DELETE CASCADE,
      extent TEXT NOT NULL,
      file_count INTEGER NOT NULL,
      byte_count INTEGER NOT NULL,
      PRIMARY KEY (share_id, extent)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TRIGGER extent_changed
      AFTER UPDATE OF share_id, state, pending, extent, read_size_bytes ON file
      WHEN (new.share_id, new.state, new.pending, new.extent, new.read_size_bytes)
        IS NOT (old.share_id, old.state, old.pending, old.extent, old.read_size_bytes)
    BEGIN {_TAKE} {_GIVE} END
    """,
    f"""
    CREATE TRIGGER extent_gone AFTER DELETE ON file
      WHEN {_COUNTED.format("old")}
    BEGIN {_TAKE} END
    """,
    # What was read before is counted by the least that was read of it.
    "UPDATE file SET extent = outcome WHERE outcome IS NOT NULL",
)

EVENT: Final = (
    # key: what is the same for the same event. undone_by: '' where gallra itself took it back.
    """
    CREATE TABLE event (
      event_id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      reference TEXT NOT NULL,
      on_day TEXT NOT NULL,
      source TEXT NOT NULL,
      told_by TEXT NOT NULL,
      told_us INTEGER NOT NULL,
      key TEXT NOT NULL,
      sign_file_id INTEGER,
      undone_us INTEGER,
      undone_by TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX event_key ON event (key)",
    """
    CREATE TABLE event_place (
      event_id INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
      share TEXT NOT NULL,
      path BLOB NOT NULL,
      part TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      PRIMARY KEY (event_id, share, path, part)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE event_value (
      event_id INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
      entity TEXT NOT NULL,
      digest BLOB NOT NULL,
      PRIMARY KEY (event_id, entity, digest)
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE record ADD COLUMN latest_on TEXT",
    "ALTER TABLE record ADD COLUMN is_for_a_person INTEGER NOT NULL DEFAULT 0",
    """
    CREATE INDEX record_latest ON record (latest_on)
      WHERE state = 'present' AND latest_on IS NOT NULL
    """,
)

RULES: Final = (
    # Every set of rules that was in force, in order; each until the next. text: NULL where nobody
    # knows what they said.
    """
    CREATE TABLE rules (
      rules_id INTEGER PRIMARY KEY AUTOINCREMENT,
      digest TEXT NOT NULL,
      text BLOB,
      since_us INTEGER NOT NULL
    ) STRICT
    """,
)
