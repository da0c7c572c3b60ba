"""Which way a message went: told by the folder it lies in, or by what mail servers wrote."""

import re
from collections.abc import Iterable

from gallra.model.passage import Direction

_SENT = frozenset(
    {
        *("sent", "sent items", "sent messages", "sent mail", "sent-mail", "sentmail", "outgoing"),
        *("skickat", "skickade", "skickad e-post", "skickade objekt", "skickade meddelanden"),
        *("skickade e-postmeddelanden", "skickade mail", "sendt", "sendte", "sendte elementer"),
        *("sendte meldinger", "sendt e-post", "sende element", "sende meldingar", "sendt post"),
        *("sendte e-poster", "sendte objekter", "sende e-postar"),
    }
)
_DRAFTS = frozenset(
    {
        *("drafts", "draft", "outbox", "utkast", "utkorg", "utboks", "utboksen", "kladd"),
        *("kladder", "unsent messages"),
    }
)
_RECEIVED = frozenset(
    {
        *("inbox", "inkorg", "inkorgen", "innboks", "innboksen", "indbakke"),
        *("mottatt", "mottagna", "received"),
    }
)
_DECORATION = re.compile(r"\.(?:mbox|mbx|sbd|mboxrd)$|^\[g(?:oogle )?mail\]$|\s*\([^)]*\)$")


def direction_in(folders: Iterable[str]) -> Direction | None:
    """Return the way of messages that lie in ``folders``, or carry them as labels.

    Args:
        folders: names, or paths with ``/`` or Maildir's dots between their names.
    """
    pieces = [piece for folder in folders for piece in folder.split("/")]
    pieces += [each for piece in pieces for each in piece.split(".")]
    names = {_DECORATION.sub("", piece.strip().lower()) for piece in pieces}
    for known, direction in (
        (_SENT, Direction.SENT),
        (_DRAFTS, Direction.DRAFT),
        (_RECEIVED, Direction.RECEIVED),
    ):
        if not known.isdisjoint(names):
            return direction
    return None
