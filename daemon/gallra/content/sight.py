"""What reading needs of an eye: somebody outside the sandbox who turns a picture into words.

The reader of documents may start no program. Where the text of a page is only a picture, it
hands the picture, as plain grey pixels of its own making, to an eye; what comes back is words.
Without an eye the part says how many pages wait for one.
"""

from dataclasses import dataclass
from typing import Protocol

LEAST_SIDE = 24
"""Pixels: what is narrower holds no writing; the rulers and dots of mail signatures."""
DOTS_PER_INCH = 200
"""At which pages are drawn: 300 takes half as long again and was read no better."""
SURE = 60
"""Mean confidence, of 100, from which what was read counts as read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the eye made of one picture."""

    text: str
    """Lines as they stand on the page; empty where there is no writing."""
    confidence: float = 0.0
    """The mean of its words, 0 to 100."""
    is_failed: bool = False
    """It could not be looked at: too slow, too large, or the program broke off."""

    @property
    def is_legible(self) -> bool:
        """Whether nothing of weight is likely to have been missed."""
        return not self.is_failed and (not self.text or self.confidence >= SURE)


class Eye(Protocol):
    """Looks at pictures; slow, and outside."""

    def look(self, width: int, height: int, pixels: bytes) -> Seen:
        """Return the writing in a picture of ``width`` x ``height`` grey pixels, a byte each."""

    def unpacked(self, content: bytes) -> bytes | None:
        """Return the JPEG of a HEIC file's content; ``None`` where it cannot be unpacked."""
