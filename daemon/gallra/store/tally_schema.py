"""The counters of records, as SQL: what a screen or a brake asks for must not read every row."""

from typing import Final

_TAKE: Final = """
      UPDATE tally SET record_count = record_count - 1
        WHERE class = old.class AND rules_digest = old.rules_digest AND state = old.state;
"""
_GIVE: Final = """
      INSERT INTO tally (class, rules_digest, state, record_count)
        VALUES (new.class, new.rules_digest, new.state, 1)
        ON CONFLICT DO UPDATE SET record_count = record_count + 1;
"""
_MORE: Final = "((NOT {0}.is_container) - ({0}.part = ''))"
"""By how many items a record makes its file more than the one that it is itself: a message is one
more, and a mailbox that has records of its own for its messages is none."""
_ADD: Final = f"""
      UPDATE file SET more_count = more_count + {_MORE.format("new")}
        WHERE file_id = new.file_id;
"""  # noqa: S608 - constants
_SUBTRACT: Final = f"""
      UPDATE file SET more_count = more_count - {_MORE.format("old")}
        WHERE file_id = old.file_id;
"""  # noqa: S608 - constants
TALLY: Final = (
    """
    CREATE TABLE tally (
      class TEXT NOT NULL,
      rules_digest TEXT NOT NULL,
      state TEXT NOT NULL,
      record_count INTEGER NOT NULL,
      PRIMARY KEY (class, rules_digest, state)
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE file ADD COLUMN more_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE share ADD COLUMN more_count INTEGER NOT NULL DEFAULT 0",
    # Before the triggers: what is there is counted once.
    """
    INSERT INTO tally SELECT class, rules_digest, state, count(*) FROM record
      GROUP BY class, rules_digest, state
    """,
    f"""
    UPDATE file SET more_count = counted.more FROM (
      SELECT file_id, sum({_MORE.format("record")}) AS more FROM record
        WHERE part <> '' OR is_container GROUP BY file_id
    ) AS counted WHERE counted.file_id = file.file_id
    """,  # noqa: S608 - constants
    """
    UPDATE share SET more_count = counted.more FROM (
      SELECT share_id, sum(more_count) AS more FROM file WHERE state = 'present' GROUP BY share_id
    ) AS counted WHERE counted.share_id = share.share_id
    """,
    f"CREATE TRIGGER record_tallied AFTER INSERT ON record BEGIN {_GIVE} END",
    f"CREATE TRIGGER record_untallied AFTER DELETE ON record BEGIN {_TAKE} END",
    f"""
    CREATE TRIGGER record_retallied AFTER UPDATE OF class, rules_digest, state ON record
      WHEN (new.class, new.rules_digest, new.state)
        IS NOT (old.class, old.rules_digest, old.state)
    BEGIN {_TAKE} {_GIVE} END
    """,
    # Of a plain file nothing of this runs; where its file is deleted, there is none to change.
    f"""
    CREATE TRIGGER more_added AFTER INSERT ON record WHEN {_MORE.format("new")} <> 0
    BEGIN {_ADD} END
    """,
    f"""
    CREATE TRIGGER more_subtracted AFTER DELETE ON record WHEN {_MORE.format("old")} <> 0
    BEGIN {_SUBTRACT} END
    """,
    f"""
    CREATE TRIGGER more_changed AFTER UPDATE OF file_id, part, is_container ON record
      WHEN (new.file_id, {_MORE.format("new")}) IS NOT (old.file_id, {_MORE.format("old")})
    BEGIN {_SUBTRACT} {_ADD} END
    """,
    """
    CREATE TRIGGER more_recounted AFTER UPDATE OF share_id, state, more_count ON file
      WHEN (new.more_count <> 0 OR old.more_count <> 0)
        AND (new.share_id, new.state, new.more_count)
          IS NOT (old.share_id, old.state, old.more_count)
    BEGIN
      UPDATE share SET more_count = more_count - (old.state = 'present') * old.more_count
        WHERE share_id = old.share_id;
      UPDATE share SET more_count = more_count + (new.state = 'present') * new.more_count
        WHERE share_id = new.share_id;
    END
    """,
    """
    CREATE TRIGGER more_gone AFTER DELETE ON file
      WHEN old.state = 'present' AND old.more_count <> 0
    BEGIN
      UPDATE share SET more_count = more_count - old.more_count WHERE share_id = old.share_id;
    END
    """,
)
