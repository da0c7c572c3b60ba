"""The table that says which folders gallra looks after."""

from gallra.model.message import said
from gallra.model.share import ShareRole
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.shapes import Spelled, Truth, Word
from gallra.rules.spellings import absolute_path_of

LANGUAGES = ("sv", "nb", "en")
"""What gallra speaks to people, in the order in which texts are kept."""

_PATH = Spelled(said("path from the root"), absolute_path_of)

SHARE = TableDescription(
    name="share",
    header="[share.NAME]",
    sentence=said("A folder that gallra looks after. There is at least one."),
    is_required=True,
    keys=(
        KeyDescription(
            name="path",
            shape=_PATH,
            sentence=said(
                "Where it lies on this machine. A share may lie inside another: a file belongs to "
                "the innermost."
            ),
            is_required=True,
            example='"/srv/klubb/gemensam"',
            also=("folder", "directory"),
        ),
        KeyDescription(
            name="role",
            shape=Word(tuple(ShareRole)),
            sentence=said("What it is for, which decides who may be expected to read it."),
            is_required=True,
            example='"common-area"',
        ),
        KeyDescription(
            name="quarantine",
            shape=_PATH,
            sentence=said(
                "Where records wait before they are destroyed: in no share. On the same filesystem "
                "they are moved there; on another one they are copied, which takes longer."
            ),
            default=".gallra-quarantine-NAME beside the share, or beside the outermost it lies in",
            example='"/srv/klubb/karantan"',
        ),
        KeyDescription(
            name="notes",
            shape=Truth(),
            sentence=said(
                "true: a short note stays in each folder out of which something was taken to "
                "quarantine, and says until when and from whom it can be had back. It goes by "
                "itself."
            ),
            default="false",
            example="true",
            also=("note",),
        ),
        KeyDescription(
            name="language",
            shape=Word(LANGUAGES),
            sentence=said("The language of its notes."),
            default="the organisation's",
            example='"nb"',
        ),
    ),
)
