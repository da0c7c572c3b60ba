"""The pages against the code: links, commands, scripts, rules, decisions."""

import argparse
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from gallra.cli.parser import build
from gallra.model.errors import GallraError
from gallra.model.message import Message
from gallra.model.retention import RetentionSchedule
from gallra.rules.claims import Claim, claims_in
from gallra.rules.loading import parse

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
SHIPPED = (ROOT / "rules.toml").read_text("utf-8")

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<body>.*?)^ *```", re.DOTALL | re.MULTILINE
)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
TABLE = re.compile(r"^\[+[^\n]*\]+[^\n]*\n(?:(?!\[)[^\n]*\n)*", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    heading: str
    """The second-level heading that it stands under."""
    info: str
    body: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(page):
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        indent = len(found["indent"])
        headings = re.findall(r"^## (.*)$", text[: found.start()], re.MULTILINE)
        yield Block(
            page=page.relative_to(ROOT).as_posix(),
            line=text.count("\n", 0, found.start()) + 1,
            heading=headings[-1].strip("`") if headings else "",
            info=found["info"].strip(),
            body="".join(line[indent:] for line in found["body"].splitlines(keepends=True)),
        )


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def page_name(page):
    return page.relative_to(ROOT).as_posix()


# -- Links ------------------------------------------------------------------------------------


def anchors_in(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        yield words.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_link_leads_somewhere(page):
    astray = []
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (
            anchor and there.suffix == ".md" and anchor not in anchors_in(there)
        ):
            astray.append(target)
    assert astray == []


def test_every_page_is_reached_from_the_first():
    reached, waiting = set(), [ROOT / "README.md", DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [
            (page.parent / target.partition("#")[0]).resolve()
            for target in LINK.findall(page.read_text("utf-8"))
            if "://" not in target
        ]
    assert [page_name(page) for page in PAGES if page not in reached] == []


# -- Decisions --------------------------------------------------------------------------------


def test_decisions_are_numbered_without_gaps():
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=page_name)
def test_a_decision_is_one_page_under_its_number(page):
    lines = page.read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# {page.name[:4]}: ")
    assert len(lines) <= 60


def test_the_list_of_decisions_names_them_all_in_order():
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (DOCS / "decisions" / "README.md").read_text())
    assert listed == [page.name for page in DECISIONS]


# -- Rules ------------------------------------------------------------------------------------


def with_fragment(fragment):
    """Return the shipped rules with ``fragment`` in the place of what it names."""
    tables = TABLE.findall(fragment)
    keys = TABLE.sub("", fragment)
    whole = SHIPPED
    for table in tables:
        header = table.splitlines()[0].partition("]")[0] + "]"
        if not header.startswith("[["):
            whole = re.sub(
                rf"^{re.escape(header)}[^\n]*\n(?:(?!\[)[^\n]*\n)*", "", whole, flags=re.MULTILINE
            )
    for key in re.findall(r"^(\w+) *=", keys, re.MULTILINE):
        whole = re.sub(rf"^{key} *=[^\n]*\n", "", whole, count=1, flags=re.MULTILINE)
    return keys + whole + "".join(tables)


def with_key(table, line):
    """Return ``table``, the text of one, with ``line`` in the place of the key that it gives."""
    key = re.escape(line.partition("=")[0].strip())
    kept = re.sub(rf"^{key}(?:\.\w+)? *=[^\n]*\n", "", table, flags=re.MULTILINE)
    return kept.rstrip() + "\n" + line + "\n"


def with_example(heading, line):  # noqa: C901, PLR0911, PLR0912 - one for each sort of table
    """Return the shipped rules with ``line``, an example of the reference, where it belongs."""
    if heading == "At the top":
        return with_fragment(line + "\n")
    if heading == "[[event]]":
        event = '[[event]]\nkind = "case-closed"\nwhen = { file = "AVSLUTAD" }\n'
        return SHIPPED + "\n" + with_key(event, line)
    if heading == "[[review]]":
        queue = '[[review]]\nname = "q"\n'
        return SHIPPED + "\n" + with_key(queue, line)
    if heading == "event.when":
        sign = line if line.startswith(("folder", "file")) else f'folder = "x*", {line}'
        if line.startswith("copied_to"):
            sign = f'{line}, role = "shared-mailbox"'
        return SHIPPED + f'\n[[event]]\nkind = "case-closed"\nwhen = {{ {sign} }}\n'
    if heading == "rule.when":
        return SHIPPED + f'\n[[rule]]\nclass = "salary-list"\nwhen = {{ {line} }}\n'
    if heading in {"[metrics]", "[requests]", "[separation]"}:  # nobody has to have them
        return f"{SHIPPED}\n{heading}\n{line}\n"
    if heading == "[notifications]":
        kept = with_key('[notifications]\nfrom = "a@example.org"\nsecurity = "tls"\n', line)
        return f"{SHIPPED}\n{kept}"
    if heading == "[[receiver]]":
        way = '[notifications]\nfrom = "a@example.org"\n'
        kept = with_key('[[receiver]]\nemail = "b@example.org"\n', line)
        return f"{SHIPPED}\n{way}\n{kept}"
    needed = {"[[representative]]": 'name = "Kari"', "[[register]]": 'path = "gemensam:*.csv"'}
    if heading in needed:  # nobody has to have them
        return SHIPPED + "\n" + with_key(f"{heading}\n{needed[heading]}\n", line)
    if heading == "[[rule]]":
        rule = '[[rule]]\nclass = "salary-list"\nwhen = { kind = "salary-list" }\n'
        return SHIPPED + "\n" + with_key(rule, line)
    if heading == "organisation.data_protection_officer":
        officer = {"name": '"Ombudet"', "email": '"ombud@example.org"'}
        key, _, value = line.partition("=")
        officer[key.strip()] = value.strip()
        pairs = ", ".join(f"{key} = {value}" for key, value in officer.items())
        return with_example("[organisation]", f"data_protection_officer = {{ {pairs} }}")
    opening = re.escape(heading).replace("NAME", r"[\w-]+").replace("CODE", r"[\w-]+")
    for table in TABLE.findall(SHIPPED):
        if re.match(opening, table):
            kept = table
            if line.startswith("keep_at_"):  # it can stand in the place of keep
                kept = re.sub(r"^keep *=[^\n]*\n", "", table, flags=re.MULTILINE)
            if line.startswith("to ="):  # nobody reads it where nothing is moved
                kept = with_key(table, 'then = "move"')
            return SHIPPED.replace(table, with_key(kept, line), 1)
    raise AssertionError(f"the shipped rules have no {heading}")


def complaints_about(text):
    found = parse(text.encode("utf-8"), path="rules.toml")
    if isinstance(found, RetentionSchedule):
        return []
    return [f"{each.line}: {each.message.in_english()}" for each in found]


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.info.split(" ")[0] == "toml"], ids=str
)
def test_rules_in_the_pages_hold(block):
    """``toml`` is a whole file, ``fragment`` a piece of one, ``wrong`` a mistake.

    ``toml event`` is no rules.toml, but tells of events.
    """
    marker = block.info.partition(" ")[2]
    assert marker in {"", "fragment", "wrong", "event"}
    tomllib.loads(block.body)
    if marker == "event":
        assert all(
            isinstance(each, Claim) for each in claims_in(block.body.encode(), is_table=False)
        )
        return
    if block.page == "docs/reference/rules.md":
        assert complaints_about(with_example(block.heading, block.body.strip())) == []
    elif marker == "":
        assert complaints_about(block.body) == []
    elif marker == "fragment":
        assert complaints_about(with_fragment(block.body)) == []
    else:
        assert complaints_about(with_fragment(block.body)) != []


# -- Commands ---------------------------------------------------------------------------------


def parser():
    return build(Message.in_english, "en")


def commands_of(node, path=()):
    """Every command, as its words, with its parser."""
    nested = [a for a in node._actions if isinstance(a, argparse._SubParsersAction)]
    if path:
        yield path, node
    for action in nested:
        for name, child in action.choices.items():
            yield from commands_of(child, (*path, name))


def typed_in(block):
    """The gallra commands in a console block, as words."""
    for line in block.body.replace("\\\n", " ").splitlines():
        typed = re.match(r"^\s*(?:[#$] )(?P<command>.+)$", line)
        if not typed:
            continue
        for piece in re.split(r"&&|\|\||[|;]", typed["command"]):
            words = shlex.split(piece.partition(" > ")[0].replace("…", "X"), comments=True)
            if words and words[0] == "sudo":
                words = words[1:]
            if words and words[0] in {"gallra", ".venv/bin/gallra"}:
                yield words[1:]


DATES = {"HASH": "0" * 64, "DATE": "2026-01-01", "ID": "1"}


@pytest.mark.parametrize(
    ("block", "words"),
    [(block, words) for block in BLOCKS if block.info == "console" for words in typed_in(block)],
    ids=lambda value: str(value) if isinstance(value, Block) else " ".join(value),
)
def test_what_the_pages_tell_to_type_can_be_typed(block, words):
    try:
        parser().parse_args([DATES.get(word, word) for word in words])
    except GallraError as error:
        pytest.fail(f"{block}: {error.messages[0].in_english()}")


def test_the_reference_has_every_command_and_no_other():
    page = (DOCS / "reference" / "commands.md").read_text("utf-8")
    described = set(re.findall(r"^#+ `?gallra ([a-z][a-z -]*?)`?$", page, re.MULTILINE))
    known = {" ".join(path) for path, _ in commands_of(parser())}
    assert described == known


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_scripts_that_a_page_names_exist(page):
    named = set(re.findall(r"\bscripts/([a-z][a-z_-]*(?:\.py)?)", page.read_text("utf-8")))
    assert {name for name in named if not (ROOT / "scripts" / name).exists()} == set()
