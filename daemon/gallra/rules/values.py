"""How the values of a checked table are taken out of it."""

from typing import TypeVar, cast

Values = dict[str, object]
"""What a table's keys mean; a key that is missing or wrong is not in it."""

_Value = TypeVar("_Value")


def text_in(values: Values, name: str, default: str = "") -> str:
    """Return the text of a key."""
    return cast("str", values.get(name, default))


def texts_in(values: Values, name: str) -> tuple[str, ...]:
    """Return the texts of a key that takes several."""
    return cast("tuple[str, ...]", values.get(name, ()))


def value_in(values: Values, name: str, default: _Value) -> _Value:
    """Return what a key means, of whatever type the default is."""
    return cast("_Value", values.get(name, default))
