"""docs/reference/commands.md, made from the parser itself."""

import argparse
from collections.abc import Iterator

from gallra.cli.builder import Parser
from gallra.cli.parser import build
from gallra.model.message import Message

_INTRODUCTION = """# Commands

Made from the parser by `scripts/reference-commands`; do not edit.

`gallra [--rules FILE] [--state DIR] [--lang sv|nb|en] COMMAND`: options that stand before the
command may stand after it as well. Where nothing else is said, rules are read from
`$GALLRA_RULES` or `/etc/gallra/rules.toml`, and what gallra knows is kept in `$GALLRA_STATE` or
`/var/lib/gallra`.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | done in part: something remains, and it was said what |
| 2 | wrong use, or rules that do not hold: nothing was done |
| 3 | a safety brake holds: nothing was moved or destroyed |
| 4 | another instance is at work |

With `--json`, results are one JSON object a line, in UTF-8. A path that is not UTF-8 stands as
surrogate-escaped text, and byte-exact in `path_b64`. Codes (`outcome`, `state`, `action`, `class`)
are the same in every language; sentences (`because`, `reason`) are in the one that was chosen.
"""

_EVERYWHERE = ("rules", "state", "lang", "json", "help")


def page() -> str:
    """Return the page in English, Markdown."""
    parser = build(Message.in_english, "en")
    lines = [_INTRODUCTION, "## Options of every command\n", *_options(parser, everywhere=True)]
    lines.append("| `--version` | show the version and leave |")
    for name, child, about in _commands(parser):
        lines += ["", *_section(name, child, about, level=2)]
    return "\n".join(lines) + "\n"


def _section(name: str, parser: Parser, about: str, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n"
    description = parser.description or about
    yield f"{description[:1].upper()}{description[1:].rstrip('.')}."
    nested = list(_commands(parser))
    if rows := list(_options(parser, everywhere=False)):
        yield ""
        yield from rows
    for child_name, child, child_about in nested:
        yield ""
        yield from _section(child_name, child, child_about, level=level + 1)


def _commands(parser: Parser) -> Iterator[tuple[str, Parser, str]]:
    for action in parser._actions:  # noqa: SLF001 - argparse tells its arguments no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - likewise
            helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001 - likewise
            for name, child in action.choices.items():
                yield child.prog, child, helps.get(name, "")


def _options(parser: Parser, *, everywhere: bool) -> Iterator[str]:
    """Yield a table of arguments, the common ones or the command's own."""
    own = [
        action
        for action in parser._actions  # noqa: SLF001 - argparse tells its arguments no other way
        if not isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - likewise
        and (action.dest in _EVERYWHERE) is everywhere
        and action.dest != "version"
    ]
    if not own:
        return
    yield "| argument | means |"
    yield "| --- | --- |"
    for action in own:
        about = (action.help or "").replace("|", "\\|")
        yield f"| {_written(action)} | {about} |"


def _written(action: argparse.Action) -> str:
    value = action.metavar or (f"{'|'.join(action.choices)}" if action.choices else "")
    if not action.option_strings:
        written = str(action.metavar)
        return f"`{written}…`" if action.nargs == "+" else f"`{written}`"
    name = ", ".join(action.option_strings)
    takes_value = action.nargs != 0
    return f"`{name} {value}`".replace("|", "\\|") if takes_value else f"`{name}`"
