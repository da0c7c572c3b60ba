"""The tables that say who acts for the club, and which files are its registers."""

from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.rules.complaint import UnfitError, quoted
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.quantities import fraction_of
from gallra.rules.retaining import PERIOD
from gallra.rules.shapes import Day, Several, Spelled, Text, Truth
from gallra.rules.spellings import email_of, pattern_of


def address_of(text: str) -> str:
    """Return ``text`` as a mail address, in lower case.

    Raises:
        UnfitError: If it is not one.
    """
    return email_of(text.removeprefix("mailto:")).lower()


def place_of(text: str) -> tuple[str, str]:
    """Return the share and the pattern on the path in it that ``text`` names.

    Raises:
        UnfitError: If it is not of the form ``share:pattern``.
    """
    share, colon, pattern = text.partition(":")
    if not colon or not share.strip() or not pattern.strip():
        raise UnfitError(
            said(
                '{where}: "{text}" is not a file in a share; write it as "share:path"',
                text=quoted(text),
            )
        )
    return share.strip(), pattern_of(pattern.strip())


def area_of(text: str) -> tuple[str, bytes]:
    """Return the share and the folder in it that ``text`` names.

    Raises:
        UnfitError: If it is not of the form ``share:folder``, or leads out of its share.
    """
    share, colon, folder = text.partition(":")
    names = [name for name in folder.strip().split("/") if name]
    if not colon or not share.strip() or not names or {".", ".."} & set(names):
        raise UnfitError(
            said(
                '{where}: "{text}" is not a folder in a share; write it as "share:folder"',
                text=quoted(text),
            )
        )
    return share.strip(), as_bytes("/".join(names))


REPRESENTATIVE = TableDescription(
    name="representative",
    header="[[representative]]",
    sentence=said(
        "Somebody who acts for the club: an elected representative, a handler of cases, a member "
        "of a committee. Any number, in any order; who had two offices at two times stands twice."
    ),
    keys=(
        KeyDescription(
            name="name",
            shape=Text(),
            sentence=said("Their name, as it stands in letters and in declarations."),
            is_required=True,
            example='"Kari Eksempelsen"',
        ),
        KeyDescription(
            name="account",
            shape=Several(Text()),
            sentence=said("The account, or accounts, with which they log in on this machine."),
            example='"kari"',
            also=("accounts", "login", "user", "uid"),
        ),
        KeyDescription(
            name="mail",
            shape=Several(Spelled(said("e-mail address"), address_of)),
            sentence=said(
                "Their mail addresses, private ones too: other representatives may see these."
            ),
            example='["kari@example.org", "kari.eksempelsen@example.com"]',
            also=("email", "e-mail", "address", "addresses", "mails"),
        ),
        KeyDescription(
            name="office",
            shape=Several(Text()),
            sentence=said("What they are: chair, case handler, nomination committee."),
            example='["chair", "case handler"]',
            also=("offices", "role", "mandate", "position"),
        ),
        KeyDescription(
            name="area",
            shape=Several(Spelled(said("folder in a share"), area_of)),
            sentence=said(
                "Folders that are theirs alone, as a share and the folder in it. When somebody "
                "steps down, what lay in theirs goes into that of who takes over, share by share."
            ),
            example='"gemensam:Handläggare/kari"',
            also=("areas", "folder", "folders"),
        ),
        KeyDescription(
            name="from",
            shape=Day(),
            sentence=said("The first day of the office. Always, if not given."),
            example="2026-03-01",
            also=("since", "starts"),
        ),
        KeyDescription(
            name="until",
            shape=Day(),
            sentence=said("Its last day. It has no end, if not given."),
            example="2028-02-29",
            also=("to", "ends"),
        ),
    ),
)

REGISTER = TableDescription(
    name="register",
    header="[[register]]",
    sentence=said(
        "Files that are the club's register of members, and how often they are compared with a "
        "fresh export. Records of the class member-register are registers too, without a table."
    ),
    keys=(
        KeyDescription(
            name="path",
            shape=Several(Spelled(said("file in a share"), place_of)),
            sentence=said(
                'Where it lies: a share and a pattern on the path in it, "gemensam:Register*.xlsx".'
            ),
            is_required=True,
            example='"gemensam:Medlemmar/Medlemsregister*.xlsx"',
            also=("file", "files", "paths"),
        ),
        KeyDescription(
            name="wash_every",
            shape=PERIOD,
            sentence=said("After how long a register that nobody has washed is told of."),
            default='"1 month"',
            example='"1 month"',
            also=("wash", "every", "interval"),
        ),
        KeyDescription(
            name="superseded",
            shape=Truth(),
            sentence=said(
                "true: when gallra register wash --apply has compared it with a newer list, the "
                "old one is told superseded, as gallra event superseded does."
            ),
            default="false",
            example="true",
            also=("supersede",),
        ),
        KeyDescription(
            name="most_leavers",
            shape=Spelled(said("percentage"), fraction_of),
            sentence=said(
                "Where more than this part of the old list is missing in the new one, a person "
                "confirms that it is not the export that was cut short."
            ),
            default='"20 %"',
            example='"20 %"',
            also=("most_left", "leavers"),
        ),
    ),
)
