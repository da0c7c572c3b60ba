"""The reference page and the commented sample, made from the schema."""

from collections.abc import Callable, Iterator

from gallra.model.message import Message, said
from gallra.rules.schema import (
    CONTACT,
    SIGN,
    TABLES,
    TOP,
    WHEN,
    KeyDescription,
    TableDescription,
)
from gallra.rules.shapes import Several, Word

Say = Callable[[Message], str]

_INTRODUCTION = """\
# rules.toml

Made from `gallra.rules.schema`; do not edit. How to write rules: [write-rules](../how-to/write-rules.md).

A key that is not described here is refused, and so is whatever nobody would read. `gallra check`
tells every mistake at once, as `FILE:LINE: text`, in file order. A file that does not hold is
never used: the rules that were in force stay in force.
"""  # noqa: E501 - a link is not broken

_SHOWN_ONLY = frozenset({"quarantine", "keep_at_least", "to"})
"""Keys that do not hold together with the other examples: in the sample they are comments."""


def as_markdown(say: Say = Message.in_english) -> str:
    """Return the reference page, in the language that ``say`` speaks."""
    lines = [_INTRODUCTION]
    for table in (TOP, *TABLES):
        lines.extend(_table(table, say))
        if table.name == "organisation":
            lines.extend(_table(CONTACT, say))
        if table.name == "rule":
            lines.extend(_table(WHEN, say))
        if table.name == "event":
            lines.extend(_table(SIGN, say))
    return "\n".join(lines).rstrip() + "\n"


def as_sample(say: Say = Message.in_english) -> str:
    """Return a rules.toml with every key once, each with its sentence above it."""
    lines: list[str] = []
    for table in (TOP, *TABLES):
        header = table.header.replace("NAME", "gemensam").replace("CODE", "salary-list")
        lines.extend(["", f"# {say(table.sentence)}", *([header] if header else [])])
        for key in table.keys:
            lines.append(f"# {say(key.sentence)}")
            comment = "# " if key.name in _SHOWN_ONLY else ""
            lines.append(f"{comment}{key.name} = {key.example}")
    return "\n".join(lines).strip() + "\n"


def _table(table: TableDescription, say: Say) -> Iterator[str]:
    title = f"`{table.header}`" if table.header else say(said("At the top"))
    yield f"## {title}\n"
    yield f"{say(table.sentence)}\n"
    for key in table.keys:
        yield from _key(key, say)


def _key(key: KeyDescription, say: Say) -> Iterator[str]:
    facts = [say(key.shape.named) if key.name not in {"when", "data_protection_officer"} else ""]
    if key.is_required:
        facts.append(say(said("required")))
    if key.default:
        facts.append(say(said("without it: {default}", default=key.default)))
    yield f"### `{key.name}`\n"
    yield f"{say(key.sentence)}\n"
    facts = [fact for fact in facts if fact] or [say(said("a table"))]
    yield f"*{'; '.join(facts)}*\n"
    words = _words(key)
    if words:
        yield say(said("Words: {words}", words=", ".join(f"`{word}`" for word in words))) + "\n"
    yield f"```toml\n{key.name} = {key.example}\n```\n"


def _words(key: KeyDescription) -> tuple[str, ...]:
    shape = key.shape.of if isinstance(key.shape, Several) else key.shape
    return shape.allowed if isinstance(shape, Word) else getattr(shape, "allowed", ())


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201 - the page is made by redirecting this
