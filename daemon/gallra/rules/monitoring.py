"""The table that says where figures for monitoring go."""

from gallra.model.message import said
from gallra.rules.complaint import UnfitError, quoted
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.shapes import Spelled
from gallra.rules.spellings import absolute_path_of

_SUFFIX = ".prom"
"""The collector reads no other; and nobody's file is replaced by a slip of the pen."""


def textfile_of(text: str) -> str:
    """Return ``text`` where it names a file that node_exporter's textfile collector reads.

    Raises:
        UnfitError: If it is no path, of another kind, or in no folder.
    """
    path = absolute_path_of(text)
    folder, _, name = path.rpartition("/")
    if not name.endswith(_SUFFIX) or name == _SUFFIX:
        raise UnfitError(
            said('{where}: "{path}" does not end in .prom, and no other is read', path=quoted(text))
        )
    if not folder:
        raise UnfitError(said('{where}: "{path}" lies in no folder', path=quoted(text)))
    return path


METRICS = TableDescription(
    name="metrics",
    header="[metrics]",
    sentence=said("Figures for monitoring. They name shares, and nobody and nothing in them."),
    keys=(
        KeyDescription(
            name="textfile",
            shape=Spelled(said("path from the root"), textfile_of),
            sentence=said(
                "Where they are written after each round, for node_exporter's textfile collector: "
                "a file that ends in .prom, in no share. Left out: nowhere. After a change, run "
                "gallra-shares, which lets the service write there."
            ),
            example='"/var/lib/prometheus/node-exporter/gallra.prom"',
        ),
    ),
)
