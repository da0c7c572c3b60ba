"""Which different exposures there are in the shares, and which files have one."""

from collections.abc import Iterator
from typing import NamedTuple

from gallra.model.exposure import Exposure
from gallra.store.accesses import exposure_from
from gallra.store.database import Row, understood
from gallra.store.shelf import Shelf, joined

_FILES = (
    " FROM file JOIN directory USING (directory_id)"
    " WHERE file.share_id = ? AND file.state = 'present'"
)


class ExposureId(NamedTuple):
    """What files that are exposed in the same way have in common, as numbers of the catalogue."""

    share: str
    access_id: int
    """What the file says itself."""
    reach_id: int
    """What the directories on the way say."""


class Exposed(NamedTuple):
    """One exposure that occurs."""

    exposure_id: ExposureId
    exposure: Exposure
    file_count: int


class ExposedFile(NamedTuple):
    """A file that has it."""

    file_id: int
    path: bytes


class Exposures(Shelf):
    """Who reads what, as the scan found it. A share has few different answers, and many files."""

    def exposures(self, share: str) -> list[Exposed]:
        """Return the exposures that occur among the present files of a share.

        Different numbers may come to the same circle of readers. Files that no scan has looked
        at since are not counted. Reads a row for each file: some tenths of a second for
        500,000 of them.
        """
        return [
            _exposed(share, row)
            for row in self.database.rows(
                "SELECT mode, uid, gid, access_list, readers, access_id, reach_id, many FROM"  # noqa: S608 - a constant
                " (SELECT file.access_id, directory.reach_id, count(*) AS many"
                f"{_FILES} GROUP BY 1, 2) JOIN access USING (access_id) JOIN reach USING (reach_id)"
                " ORDER BY access_id, reach_id",
                (self.share_id(share),),
            )
        ]

    def files_exposed(self, exposure_id: ExposureId) -> Iterator[ExposedFile]:
        """Yield the present files that have an exposure, with flat memory."""
        share, access_id, reach_id = exposure_id
        for file_id, directory, name in self.database.streamed(
            f"SELECT file_id, path, name{_FILES} AND file.access_id = ? AND directory.reach_id = ?",
            (self.share_id(share), access_id, reach_id),
        ):
            yield ExposedFile(file_id, joined(directory, name))


@understood
def _exposed(share: str, row: Row) -> Exposed:
    *columns, access_id, reach_id, many = row
    found = exposure_from(tuple(columns))
    if found is None:
        raise ValueError
    return Exposed(ExposureId(share, access_id, reach_id), found, many)
