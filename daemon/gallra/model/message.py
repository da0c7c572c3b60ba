"""What is said to a person, kept as data until the language is known.

A reason that is stored today may be read next year in another language: so it is a
template in English, the gettext source, and the values that go into it.
"""

from dataclasses import dataclass

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in waiting. ``report.language`` turns it into text."""

    template: str
    """English, with ``{name}`` placeholders; the key of the translation."""

    values: tuple[tuple[str, Value], ...] = ()
    """What goes into the placeholders, by name. Texts are escaped when they are shown."""

    def in_english(self) -> str:
        """Return the sentence untranslated; for ledgers, tests and logs."""
        return self.template.format(**dict(self.values))


def said(template: str, /, **values: Value) -> Message:
    """Make a message; translators find every literal that stands here as first argument."""
    return Message(template, tuple(sorted(values.items())))
