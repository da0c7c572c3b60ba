"""The catalogue's tables for how messages were sent."""

from typing import Final

MAILING: Final = (
    # Digests of 16 bytes, several of them one behind the other. flags: see gallra.store.mailing.
    """
    CREATE TABLE envelope (
      record_id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
      message_id BLOB,
      answered BLOB NOT NULL,
      topics BLOB NOT NULL,
      sent_us INTEGER,
      sender BLOB NOT NULL,
      sender_domains BLOB NOT NULL,
      resender BLOB NOT NULL,
      resender_domains BLOB NOT NULL,
      flags INTEGER NOT NULL,
      headed BLOB NOT NULL,
      named BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE recipient (
      record_id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
      field TEXT NOT NULL,
      address BLOB NOT NULL,
      also BLOB NOT NULL,
      domains BLOB NOT NULL,
      PRIMARY KEY (record_id, field, address)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE attachment (
      record_id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
      part TEXT NOT NULL,
      kind TEXT NOT NULL,
      methods TEXT NOT NULL,
      entities TEXT NOT NULL,
      special TEXT NOT NULL,
      subjects TEXT NOT NULL,
      PRIMARY KEY (record_id, part)
    ) STRICT, WITHOUT ROWID
    """,
    # How often anything of this changed: who has looked at all of it need not look again.
    "CREATE TABLE mail_change (change_count INTEGER NOT NULL) STRICT",
    "INSERT INTO mail_change VALUES (0)",
    """
    CREATE TRIGGER envelope_came AFTER INSERT ON envelope BEGIN
      UPDATE mail_change SET change_count = change_count + 1;
    END
    """,
    """
    CREATE TRIGGER envelope_went AFTER DELETE ON envelope BEGIN
      UPDATE mail_change SET change_count = change_count + 1;
    END
    """,
)
