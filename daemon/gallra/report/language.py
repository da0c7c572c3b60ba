"""Sentences in waiting become sentences: Swedish, Bokmål or English."""

import gettext
import os
import re
import string
from collections.abc import Callable, Mapping
from functools import cache

from gallra.model.message import Message, Value
from gallra.model.names import shown
from gallra.model.retention import Translated
from gallra.report.counting import Counted
from gallra.report.values import in_words

LANGUAGES = ("sv", "nb", "en")
DOMAIN = "gallra"
SOURCE_LANGUAGE = "en"

Say = Callable[[Message], str]
"""Turns a message into one line of text in one language."""

_LOCALES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")

_NORWEGIAN = ("nb", "no", "nn")
_ORGANISATION = re.compile(
    r"^\s*\[\s*organisation\s*\]\s*(?:#.*)?$([\s\S]*?)(?=^\s*\[|\Z)", re.MULTILINE
)
_LANGUAGE = re.compile(r"^\s*language\s*=\s*[\"'](\w+)[\"']", re.MULTILINE)


def translator(language: str) -> Say:
    """Return the function that puts messages into ``language``; unknown ones get English.

    Texts among the values are escaped with :func:`gallra.model.names.shown`, so a hostile
    file name stays on its line. A message that no catalogue knows is said in English: it is
    better to be understood by some than to be silent.
    """
    catalogue = _catalogue(language)

    def say(message: Message) -> str:
        values = {
            name: _worded(name, value, say) if isinstance(value, str) else value
            for name, value in message.values
        }
        if isinstance(message, Counted):
            count = int(values["count"])
            template = catalogue.ngettext(message.template, message.plural, count)
            source = message.template if count == 1 else message.plural
        else:
            source = message.template
            template = catalogue.gettext(source) if source else ""
        return _filled(template, values, otherwise=source)

    return say


def text_translator(language: str) -> Callable[[str], str]:
    """Return plain gettext for ``language``: for texts that are not ours, as argparse's."""
    return _catalogue(language).gettext


def chosen(*, option: str | None, environment: Mapping[str, str], rules: str | None) -> str:
    """Return the language to speak: the first of those that anybody asked for.

    Args:
        option: What ``--lang`` says.
        environment: ``GALLRA_LANG``; and, after the rules, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``.
        rules: The language of ``[organisation]``, see :func:`language_of_rules`.

    Returns:
        One of :data:`LANGUAGES`; Norwegian of any form is ``nb``, unknown languages ``en``.
    """
    for asked in (option, environment.get("GALLRA_LANG"), rules):
        if asked and (language := _known(asked)):
            return language
    locales = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return _known(next((each for each in locales if each), "")) or SOURCE_LANGUAGE


def language_of_rules(text: str) -> str | None:
    """Return the language that ``[organisation]`` names in the text of a rules.toml.

    It is found by its line, not by parsing: the complaint about a file that is no TOML at all
    should reach its author in a language that they read.
    """
    table = _ORGANISATION.search(text)
    named = _LANGUAGE.search(table[1]) if table else None
    return named[1] if named else None


def in_language(texts: Translated, language: str) -> str:
    """Return the one of ``texts`` in ``language``, else in English, else the first; or ``""``."""
    by_language = dict(texts)
    first = next(iter(by_language.values()), "")
    return by_language.get(language) or by_language.get(SOURCE_LANGUAGE) or first


def placeholders(template: str) -> frozenset[str]:
    """Return the names in ``template``'s braces; a translation must have the same.

    Raises:
        ValueError: If the braces of ``template`` do not match.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _worded(name: str, value: str, say: Say) -> str:
    words = in_words(name, value)
    return shown(value) if not words else ", ".join(say(word) for word in words)


def _known(asked: str) -> str | None:
    code = asked.lower().replace("-", "_").split("_", maxsplit=1)[0].split(".", maxsplit=1)[0]
    if code in _NORWEGIAN:
        return "nb"
    return code if code in LANGUAGES else None


def _filled(template: str, values: Mapping[str, Value], *, otherwise: str) -> str:
    """Fill ``template``; one that was stored by another version is shown as it is."""
    for each in (template, otherwise):
        try:
            return each.format_map(values)
        except (KeyError, ValueError, IndexError):
            continue
    return shown(otherwise)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, _LOCALES, languages=[language], fallback=True)
