"""The sentences that argparse itself says, so that they are said in our languages too."""

import argparse
from typing import Final

from gallra.report.language import text_translator


def _(text: str) -> str:
    """Mark ``text`` for the translators, who find every literal that stands here."""
    return text


SENTENCES: Final = (
    _("usage: "),
    _("positional arguments"),
    _("options"),
    _("show this help message and exit"),
    _("the following arguments are required: %s"),
    _("unrecognized arguments: %s"),
    _("argument %(argument_name)s: %(message)s"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("invalid %(type)s value: %(value)r"),
    _("not allowed with argument %s"),
    _("ignored explicit argument %r"),
    _("expected one argument"),
    _("expected at least one argument"),
    _("expected at most one argument"),
    _("one of the arguments %s is required"),
)
"""What a person can meet here, of argparse in Python 3.11 and newer."""


def speak(language: str) -> None:
    """Make argparse say its own sentences in ``language``, from now on."""
    # argparse looks its translator up in its own module at every call, and offers no other way
    # in: setting the process's gettext domain would also reach the children's environment.
    setattr(argparse, "_", text_translator(language))  # noqa: B010 - no attribute that types know
