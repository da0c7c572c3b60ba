"""Which different exposures there are in the shares, and which files have one."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gallra.model.exposure import Exposure
from gallra.store.accesses import exposure_from
from gallra.store.database import Row, understood
from gallra.store.shelf import Shelf, joined

_FILES = (
    " FROM file JOIN directory USING (directory_id)"
    " WHERE file.share_id = ? AND file.state = 'present'"
)

_RECORDS = (
    " FROM record JOIN file USING (file_id) JOIN directory USING (directory_id)"
    " JOIN share ON share.share_id = file.share_id WHERE record.state = 'present'"
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


class Reached(NamedTuple):
    """Records of one class that are exposed in one way."""

    share: str
    role: str
    class_code: str
    is_about_members: bool
    exposure: Exposure | None
    """``None`` where no scan has looked yet."""
    record_count: int


class Placed(NamedTuple):
    """Records of some classes that lie in one folder, or mailbox, and are exposed in one way."""

    share: str
    role: str
    place: bytes
    """The folder; the mailbox of messages."""
    exposure: Exposure | None
    is_special: bool
    """Whether something of a special category stands in one of them."""
    record_count: int


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

    def reached(self, *, special: str, kinds: Iterable[str]) -> Iterator[Reached]:
        """Yield how the present records of each class are exposed; one pass in the database.

        Args:
            special: A special category: what it was found in is about members.
            kinds: What is of such a kind is about members, too.
        """
        wanted = sorted(kinds)
        marks = ", ".join("?" * len(wanted))
        known: dict[tuple[int, int], Exposure | None] = {}
        for share, role, code, is_about, access_id, reach_id, many in self.database.rows(
            "SELECT share.name, share.role, record.class, instr(record.special, ?) > 0"
            f" OR coalesce(json_extract(record.subjects, '$[0][0]') IN ({marks}), 0),"
            f" file.access_id, directory.reach_id, count(*){_RECORDS} GROUP BY 1, 2, 3, 4, 5, 6",
            (f'"{special}"', *wanted),
        ):
            found = self._exposure(access_id, reach_id, known)
            yield Reached(share, role, code, bool(is_about), found, many)

    def placed(self, codes: Iterable[str]) -> Iterator[Placed]:
        """Yield where present records of classes lie, and how they are exposed there."""
        wanted = sorted(codes)
        marks = ", ".join("?" * len(wanted))
        known: dict[tuple[int, int], Exposure | None] = {}
        for share, role, folder, mailbox, access_id, reach_id, special, many in self.database.rows(
            "SELECT share.name, share.role, directory.path,"
            " CASE WHEN record.part <> '' THEN file.name END, file.access_id, directory.reach_id,"
            f" max(record.special <> '[]'), count(*){_RECORDS} AND record.class IN ({marks})"
            " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 3, 4",
            wanted,
        ):
            place = folder if mailbox is None else joined(folder, mailbox)
            found = self._exposure(access_id, reach_id, known)
            yield Placed(share, role, place, found, bool(special), many)

    def _exposure(
        self,
        access_id: int | None,
        reach_id: int | None,
        known: dict[tuple[int, int], Exposure | None],
    ) -> Exposure | None:
        if access_id is None or reach_id is None:
            return None
        key = (access_id, reach_id)
        if key not in known:
            row = self.database.row(
                "SELECT mode, uid, gid, access_list, readers FROM access, reach"
                " WHERE access_id = ? AND reach_id = ?",
                key,
            )
            known[key] = None if row is None else exposure_from(row)
        return known[key]


@understood
def _exposed(share: str, row: Row) -> Exposed:
    *columns, access_id, reach_id, many = row
    found = exposure_from(tuple(columns))
    if found is None:
        raise ValueError
    return Exposed(ExposureId(share, access_id, reach_id), found, many)
