"""Lexicons: text files in ``data``, one alternative a line, in sections, for people to read."""

from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """Return the lines of ``data/NAME.txt`` by section; read when this room is imported.

    ``#`` opens a comment. ``<SECTION>`` in a line stands for any line of that section.
    """
    found: dict[str, list[str]] = {}
    section = ""
    for line in (files("gallra.detect.data") / f"{name}.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
            continue
        found[section].append(line)
    whole = {key: "(?:" + "|".join(lines) + ")" for key, lines in found.items()}
    return {key: tuple(_filled(line, whole) for line in lines) for key, lines in found.items()}


def _filled(line: str, whole: dict[str, str]) -> str:
    for name, any_of_it in whole.items():
        line = line.replace(f"<{name}>", any_of_it)
    return line


def alternatives(name: str, section: str) -> str:
    """Return the lines of one section as one alternation."""
    return "|".join(sections(name)[section])


def words(name: str, section: str) -> frozenset[str]:
    """Return the words of one section, which stand between spaces."""
    return frozenset(" ".join(sections(name)[section]).split())
