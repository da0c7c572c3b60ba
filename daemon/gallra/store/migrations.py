"""The steps that bring a database of any earlier form to today's, in order."""

from sqlite_utils import Database, Migrations

from gallra.store.access_schema import ACCESS
from gallra.store.holding_schema import HOLDING
from gallra.store.mailing_schema import MAILING
from gallra.store.schema import DIRECTION, EVENT, EXTENT, FIRST, RULES, UNSEEN
from gallra.store.schema_notes import FOLDER_NOTE, NOTICE
from gallra.store.tally_schema import TALLY

_steps = Migrations("gallra")


def first(database: Database) -> None:
    """Make all tables as the first version of gallra had them."""
    for statement in FIRST:
        database.execute(statement)
    database.execute("PRAGMA user_version = 1")


def unseen(database: Database) -> None:
    """Add the queue of what waits to be looked at; it fills as files are read again."""
    for statement in UNSEEN:
        database.execute(statement)
    database.execute("PRAGMA user_version = 2")


def direction(database: Database) -> None:
    """Add which way a message went; it fills as files are read again."""
    for statement in DIRECTION:
        database.execute(statement)
    database.execute("PRAGMA user_version = 3")


def extent(database: Database) -> None:
    """Count how far the files of each share were read."""
    for statement in EXTENT:
        database.execute(statement)
    database.execute("PRAGMA user_version = 4")


def event(database: Database) -> None:
    """Add what happened when, and the day from which a record may not be kept any more."""
    for statement in EVENT:
        database.execute(statement)
    database.execute("PRAGMA user_version = 5")


def rules(database: Database) -> None:
    """Add which rules were in force when; what the ledger knows of them is read from there."""
    for statement in RULES:
        database.execute(statement)
    database.execute("PRAGMA user_version = 6")


def holding(database: Database) -> None:
    """Add what else a hold can be on, and what reviewers decided."""
    for statement in HOLDING:
        database.execute(statement)
    database.execute("PRAGMA user_version = 7")


def folder_note(database: Database) -> None:
    """Add the notes that stay in folders out of which something was taken."""
    for statement in FOLDER_NOTE:
        database.execute(statement)
    database.execute("PRAGMA user_version = 8")


def notice(database: Database) -> None:
    """Add who was told of what goes."""
    for statement in NOTICE:
        database.execute(statement)
    database.execute("PRAGMA user_version = 9")


def tally(database: Database) -> None:
    """Count the records as they come, change and go."""
    for statement in TALLY:
        database.execute(statement)
    database.execute("PRAGMA user_version = 10")


def act_of_message(database: Database) -> None:
    """Tell messages that were cut out of mailboxes from files, in what was done in a day."""
    database.execute("ALTER TABLE act ADD COLUMN is_message INTEGER NOT NULL DEFAULT 0")
    database.execute("CREATE INDEX record_mailbox ON record (file_id) WHERE is_container")
    database.execute("PRAGMA user_version = 11")


def access(database: Database) -> None:
    """Add who may read what; it fills in the next pass over each share."""
    for statement in ACCESS:
        database.execute(statement)
    database.execute("PRAGMA user_version = 12")


def mailing(database: Database) -> None:
    """Add how messages were sent; all that hold any are read again for it."""
    for statement in MAILING:
        database.execute(statement)
    database.execute(
        "UPDATE file SET scanner_version = NULL WHERE file_id IN (SELECT file_id FROM record"
        " WHERE kind IN ('eml', 'msg', 'message', 'appointment', 'mbox', 'pst', 'olm', 'ics'))"
    )
    database.execute("PRAGMA user_version = 13")


def share_origin(database: Database) -> None:
    """Tell filesystems by their UUID, or by where they come from; note when lost events were found.

    Both fill at the next looks.
    """
    database.execute("ALTER TABLE share ADD COLUMN origin TEXT NOT NULL DEFAULT ''")
    database.execute("ALTER TABLE share ADD COLUMN caught_up_us INTEGER")
    database.execute("PRAGMA user_version = 14")


def same_text(database: Database) -> None:
    """Have every file read again, for what its parts say in words."""
    database.execute("UPDATE file SET scanner_version = NULL")
    database.execute("PRAGMA user_version = 15")


# Called, not written as decorators: sqlite-utils is imported without its types.
_steps(name="first")(first)
_steps(name="unseen")(unseen)
_steps(name="direction")(direction)
_steps(name="extent")(extent)
_steps(name="event")(event)
_steps(name="rules")(rules)
_steps(name="holding")(holding)
_steps(name="folder_note")(folder_note)
_steps(name="notice")(notice)
_steps(name="tally")(tally)
_steps(name="act_of_message")(act_of_message)
_steps(name="access")(access)
_steps(name="mailing")(mailing)
_steps(name="share_origin")(share_origin)
_steps(name="same_text")(same_text)


def apply(database: Database) -> None:
    """Take the steps that are still to be taken, each in a transaction of its own."""
    _steps.apply(database)
