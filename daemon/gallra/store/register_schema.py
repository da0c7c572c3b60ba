"""The tables of the club's registers, as SQL."""

from typing import Final

FORM: Final = 1
SCHEMA: Final = (
    # body: JSON, in the form that the duty itself gives it. version: how often it was changed.
    """
    CREATE TABLE dossier (
      dossier_id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      reference TEXT NOT NULL,
      opened_us INTEGER NOT NULL,
      due_us INTEGER,
      closed_us INTEGER,
      version INTEGER NOT NULL,
      body BLOB NOT NULL,
      UNIQUE (kind, reference)
    ) STRICT
    """,
    "CREATE INDEX dossier_open ON dossier (kind, due_us) WHERE closed_us IS NULL",
    # How many there ever were in a year: the reference of one that was erased is not used again.
    """
    CREATE TABLE numbered (
      kind TEXT NOT NULL,
      year INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (kind, year)
    ) STRICT, WITHOUT ROWID
    """,
    # What the ledger has still to be told; written together with what it is about.
    """
    CREATE TABLE untold (
      untold_id INTEGER PRIMARY KEY,
      at_us INTEGER NOT NULL,
      entry TEXT NOT NULL
    ) STRICT
    """,
    # What was announced, by a digest of its key: nobody is told the same twice.
    """
    CREATE TABLE announced (key BLOB PRIMARY KEY, at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    f"PRAGMA user_version = {FORM}",
)
