"""Names that are written alike: found where nobody can type the bytes of a name."""

from collections.abc import Callable

from gallra.store.shelf import Shelf, joined, parted


class Alike(Shelf):
    """Paths that are the same to a person, and not to the filesystem."""

    def paths_like(self, share: str, path: bytes, seen: Callable[[bytes], str]) -> list[bytes]:
        """Return the paths of present files whose names all look like those of ``path``.

        Only the folders on the way are read, so that the size of the share does not matter.

        Args:
            share: The share.
            path: Relative to it.
            seen: What a person sees of a name; names with the same are alike.
        """
        *folders, wanted = (seen(name) for name in path.split(b"/"))
        places = self.database.rows(
            "SELECT directory_id, path FROM directory WHERE share_id = ? AND path = x''",
            (self.share_id(share),),
        )
        for folder in folders:
            places = [
                (number, below)
                for above, _ in places
                for number, below in self.database.rows(
                    "SELECT directory_id, path FROM directory WHERE parent_id = ?", (above,)
                )
                if seen(parted(below)[1]) == folder
            ]
        return [
            joined(directory, name)
            for number, directory in places
            for (name,) in self.database.rows(
                "SELECT name FROM file WHERE directory_id = ? AND state = 'present'", (number,)
            )
            if seen(name) == wanted
        ]
