"""Where in a file we are while reading it, and what the limits still leave."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from gallra.content.bounds import Bounds
from gallra.content.sight import Eye
from gallra.content.source import MemorySource, Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

PART_SEPARATOR = "!"
_MOST_NAME = 1_000
"""Characters of one name in an address; no file system has longer ones, archives may."""
_RESERVED = re.compile(r"[!#%\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class RefusedError(Exception):
    """Reading ends here, for a reason that becomes the part's outcome."""

    def __init__(
        self,
        outcome: Outcome,
        reason: Message,
        *,
        encrypted: str | None = None,
        kind: str | None = None,
        is_final: bool = False,
    ) -> None:
        """Keep what the part will say.

        Args:
            outcome: how the reading ended.
            reason: why.
            encrypted: the method, where it was that.
            kind: what the part is, where the refusing reader knows better than its caller.
            is_final: whether nothing more of the whole file is to be unpacked.
        """
        super().__init__(reason.template)
        self.kind = kind
        self.is_final = is_final
        self.outcome = outcome
        self.reason = reason
        self.encrypted = encrypted

    def forget(self) -> None:
        """Let go of where it was raised: the frames there hold what was being read."""
        self.__traceback__ = self.__context__ = self.__cause__ = None


_LIMITS = frozenset(
    {
        "needs more memory than it may have",
        "unpacks to more than {limit} bytes",
        "unpacks to more than {limit} times its size",
    }
)


def is_limit(reason: Message) -> bool:
    """Tell whether a reason is a limit of unpacking, whoever gives it on."""
    return reason.template in _LIMITS


def too_large(template: Message) -> RefusedError:
    """Return the refusal for a limit that was hit."""
    return RefusedError(Outcome.TOO_LARGE, template)


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def part_name(name: str) -> str:
    """Return ``name`` fit to stand in an address: ``!``, ``#``, ``%`` and controls encoded."""
    if len(name) > _MOST_NAME:
        name = f"{name[:_MOST_NAME]}…"
    return _RESERVED.sub(_encoded, name) or "%00"


@dataclass(slots=True, kw_only=True)
class Budget:
    """What was spent on one file, or one message of a mailbox. Changes while reading."""

    bounds: Bounds
    stored_bytes: int = 0
    """What lies on disk and everything is unpacked from."""
    eye: Eye | None = None
    """Who looks at pictures; ``None``: they wait."""
    inflated_bytes: int = 0
    part_count: int = 0

    def take_bytes(self, count: int) -> None:
        """Note that ``count`` bytes were inflated.

        Raises:
            RefusedError: that was too much.
        """
        self.inflated_bytes += count
        bounds = self.bounds
        limit = max(bounds.most_inflated_bytes, bounds.free_ratio * self.stored_bytes)
        if self.inflated_bytes > limit:
            raise RefusedError(
                Outcome.TOO_LARGE,
                said("unpacks to more than {limit} bytes", limit=limit),
                is_final=True,
            )
        if self.inflated_bytes > max(
            4 * bounds.free_inflated_bytes, bounds.most_ratio * self.stored_bytes
        ):
            raise RefusedError(
                Outcome.TOO_LARGE,
                said("unpacks to more than {limit} times its size", limit=bounds.most_ratio),
                is_final=True,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One thing that is being read: its address, its name, and how to go on inside it."""

    address: str
    name: str
    """Only a hint: names lie."""
    depth: int
    budget: Budget
    follow: Callable[["Place", Source], Iterator[Part]]
    """Reads whatever is found at a place; never raises for bad content."""
    is_message: bool = False
    """It was declared to be a mail, whatever it looks like."""
    names: dict[str, int] = field(default_factory=dict)
    """How often each name was given out inside this place."""

    @property
    def bounds(self) -> Bounds:
        """The limits in force."""
        return self.budget.bounds

    def address_of(self, name: str) -> str:
        """Return the address of what is inside and called ``name``; a second one gets ``~2``."""
        encoded = part_name(name)
        self.names[encoded] = self.names.get(encoded, 0) + 1
        if self.names[encoded] > 1:
            encoded = f"{encoded}~{self.names[encoded]}"
        return f"{self.address}{PART_SEPARATOR}{encoded}" if self.address else encoded

    def inside(self, name: str, *, address: str | None = None, is_message: bool = False) -> "Place":
        """Return the place of what is inside and called ``name``."""
        return Place(
            address=self.address_of(name) if address is None else address,
            name=name.rsplit("/", 1)[-1],
            depth=self.depth + 1,
            budget=self.budget,
            follow=self.follow,
            is_message=is_message,
        )

    def parts_inside(self, name: str, content: bytes) -> Iterator[Part]:
        """Read ``content``, which was found here under ``name``."""
        place = self.inside(name)
        yield from place.follow(place, MemorySource(content))

    def part_not_read(
        self,
        name: str,
        kind: str,
        outcome: Outcome,
        reason: Message,
        *,
        encrypted: str | None = None,
    ) -> Part:
        """Return the part for something inside that could not be unpacked."""
        return Part(
            address=self.address_of(name),
            kind=kind,
            outcome=outcome,
            reason=reason,
            encrypted=encrypted,
        )


def refused_at(place: Place) -> Part | None:
    """Count what is at a place; return its part where it lies too deep or is one too many."""
    budget, bounds = place.budget, place.bounds
    budget.part_count += 1
    if place.depth > bounds.most_depth:
        reason = said("lies more than {limit} files deep", limit=bounds.most_depth)
    elif budget.part_count > bounds.most_parts:
        reason = said("is beyond the first {limit} parts", limit=bounds.most_parts)
    else:
        return None
    return Part(address=place.address, kind="unknown", outcome=Outcome.TOO_LARGE, reason=reason)


def opaque(part: Part, method: str) -> Part:
    """Return ``part`` as one of which nobody without the key can read all."""
    return replace(
        part,
        outcome=Outcome.OPAQUE,
        reason=said("is encrypted with {method}", method=method),
        encrypted=method,
    )


def normalised(text: str) -> str:
    r"""Return ``text`` with line ends as ``\n`` and without NUL."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "") if "\0" in text else text


def within(passages: list[Passage], bounds: Bounds) -> tuple[tuple[Passage, ...], bool]:
    """Return as many passages as the limit of characters lets through, and if all were."""
    room = bounds.most_characters
    for number, passage in enumerate(passages):
        room -= len(passage.text) + 1
        if room < 0:
            return tuple(passages[:number]), False
    return tuple(passages), True


def read_part(
    place: Place,
    kind: str,
    passages: list[Passage],
    *,
    shortfalls: list[Message],
    encrypted: str | None = None,
    **more: object,
) -> Part:
    """Return the part of a place whose text was reached; any shortfall makes it "in part"."""
    kept, is_whole = within(passages, place.bounds)
    if not is_whole:
        shortfalls = [
            *shortfalls,
            said("holds more than {limit} characters", limit=place.bounds.most_characters),
        ]
    return Part(
        address=place.address,
        kind=kind,
        outcome=Outcome.READ_IN_PART if shortfalls else Outcome.READ,
        reason=shortfalls[0] if shortfalls else None,
        passages=kept,
        encrypted=encrypted,
        **more,  # type: ignore[arg-type] # message, span, stated_on, awaits_sight
    )
