"""Whether long work may go on: asked between two pieces of it."""

from collections.abc import Callable

GoesOn = Callable[[], bool]
"""Asked often, and cheap. Once it returns ``False``, what is begun is brought to its end, nothing
more is begun, and what was left is found again the next time."""


def always() -> bool:
    """Go on to the end."""
    return True
