"""Messages whose words depend on a number."""

from dataclasses import dataclass

from gallra.model.message import Message, Value


@dataclass(frozen=True, slots=True)
class Counted(Message):
    """A message whose words depend on how many there are: the value ``count``."""

    plural: str = ""


def counted(singular: str, plural: str, /, *, count: int, **values: Value) -> Counted:
    """Make a message in two forms; translators find both literals.

    Args:
        singular: English for exactly one, with ``{name}`` placeholders.
        plural: English for every other number, with the same placeholders.
        count: Decides the form, and fills ``{count}``.
        values: What goes into the other placeholders.
    """
    return Counted(singular, tuple(sorted({**values, "count": count}.items())), plural)
