"""Files that are known but not read."""

from collections.abc import Iterator

from gallra.content.place import Place, RefusedError
from gallra.content.source import Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part


def refuse(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Say honestly that a file of this kind was not read.

    Raises:
        RefusedError: always.
    """
    del place, source
    if kind == "binary":
        raise RefusedError(Outcome.UNSUPPORTED, said("is of no kind that is known"), kind=kind)
    raise RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)
    yield  # type: ignore[unreachable] # a generator, as all readers are
