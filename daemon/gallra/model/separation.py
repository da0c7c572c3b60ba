"""What is kept apart, as the rules say: cases from the common area, union mail from other mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationTerms:
    """``[separation]``: what only its handler may read, and where union mail lies."""

    handler_only: tuple[str, ...] = ("individual-case",)
    """Codes of classes: nobody but the handler reads what belongs to them."""
    exempt_accounts: tuple[str, ...] = ()
    """Accounts that may read everything: of a backup, of the server that hands shares out."""
    mail_folders: tuple[str, ...] = ()
    """Patterns on paths below shares of mail: there union mail is in its place. Empty: nothing
    is said of where mail lies."""
    union_domains: tuple[str, ...] = ()
    """What is sent to or from there is union mail."""


USUAL_SEPARATION = SeparationTerms()
