"""How a key and a table of rules.toml are described."""

from dataclasses import dataclass

from gallra.model.message import Message
from gallra.rules.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDescription:
    """One key: what it is called, what it takes, what it is for."""

    name: str
    shape: Shape
    sentence: Message
    is_required: bool = False
    default: str = ""
    """As it would be written; ``""`` where a missing key means that there is nothing."""
    example: str
    """A value as it stands in the file."""
    also: tuple[str, ...] = ()
    """Words that people write instead; they are understood, and answered with the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDescription:
    """One table: ``[name]``, ``[name.NAME]`` or ``[[name]]``."""

    name: str
    header: str
    """As it stands in the file; ``""`` for the keys before the first table."""
    sentence: Message
    keys: tuple[KeyDescription, ...]
    is_required: bool = False

    def meant(self) -> dict[str, str]:
        """Return the key that each word stands for, right and wrong ones."""
        words = {word: key.name for key in self.keys for word in key.also}
        return words | {key.name: key.name for key in self.keys}

    def names(self) -> tuple[str, ...]:
        """Return what may stand in the table."""
        return tuple(key.name for key in self.keys)
