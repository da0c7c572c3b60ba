"""Every limit of reading, in one place: how much of a file is looked at before we say so.

A limit that is hit is never silent: it is an outcome with a reason. The defaults are meant
for a worker with about 2 GB of address space, and let through what clubs really keep.
"""

from dataclasses import dataclass

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far reading goes.

    A limit that is hit gives ``too large`` or ``read in part``; running out of time gives
    ``unreadable``. The page docs/reference/bounds.md lists them all, and a test compares it.
    """

    most_text_bytes: int = 32 * _MEBIBYTE
    """Of a plain text or HTML file; what is beyond is left, and the part is read in part."""
    most_document_bytes: int = 256 * _MEBIBYTE
    """Of a document, workbook or PDF as it lies on disk; a larger one is not opened."""
    most_message_bytes: int = 96 * _MEBIBYTE
    """Of one mail with everything in it; a larger one in a mailbox is skipped, and said so."""
    most_member_bytes: int = 128 * _MEBIBYTE
    """Of one archive member, attachment or embedded file, inflated: it is held in memory."""
    most_xml_bytes: int = 192 * _MEBIBYTE
    """Of one XML part of an office document, inflated: it is streamed."""
    most_inflated_bytes: int = 1024 * _MEBIBYTE
    """Of everything inflated for one file, or for one message of a mailbox; more where that is
    still below ``free_ratio``."""
    free_ratio: int = 4
    """Inflated to stored bytes, in the whole archive: below it even a very large one is read."""
    free_inflated_bytes: int = 16 * _MEBIBYTE
    """Below this the ratio is not looked at: short texts of blanks are harmless."""
    most_ratio: int = 150
    """Inflated to stored bytes, in one member and in the whole archive. Deflate ends at 1032;
    ordinary workbooks stay below 40."""
    most_members: int = 20_000
    """Entries of one archive."""
    most_listed_members: int = 100_000
    """Entries that an archive's directory may name; with more it is not opened at all."""
    most_parts: int = 20_000
    """Parts inside one file, or inside one message of a mailbox, at all depths."""
    most_depth: int = 8
    """Files within files within files."""
    most_mime_depth: int = 24
    """Multiparts within one message."""
    most_characters: int = 32 * _MEBIBYTE
    """Of text in one part; what is beyond is left, and the part is read in part."""
    most_pixels: int = 120_000_000
    """Of one picture, by its header: A3 at 600 dots an inch has 70 million."""
    most_pages: int = 5_000
    """Of one PDF; the pages after these are left, and the part is read in part."""
    most_seen_pages: int = 400
    """Pictures, and pages that are pictures, of one part; a page takes seconds to be looked at."""
    most_address_bytes: int = 2048 * _MEBIBYTE
    """Of address space in one worker, libraries included; a worker at rest maps 250 MiB."""
    most_silent_seconds: float = 60.0
    """A worker that says nothing for so long is taken to hang, and is ended."""
    most_file_seconds: float = 1800.0
    """No file may take longer, however much it has to say."""
    most_sight_seconds: float = 180.0
    """A worker with eyes may be silent for so long: over a page they take up to two minutes."""
    most_seen_file_seconds: float = 14_400.0
    """A file that is looked at page by page may take so long."""
    slow_after_seconds: float = 20.0
    """Where all workers have been at their files for longer, smaller files may overtake; one of
    these that takes longer itself is put aside and read in its turn."""
    overtaking_bytes: int = 4 * _MEBIBYTE
    """So large at most is a file that may overtake."""
    most_start_seconds: float = 60.0
    """For a worker to get ready."""
    most_answer_bytes: int = 256 * _MEBIBYTE
    """Of everything that a worker reports of one file."""


BOUNDS = Bounds()
"""The limits in force unless a caller has reason for others."""
