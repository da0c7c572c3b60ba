"""The shape of the house, checked: who knows whom, who may touch files, what is not said."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "daemon" / "gallra"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = MODULES + sorted((ROOT / "scripts").rglob("*.py"))

LONGEST = 400
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "data"}

TAKES_AWAY = {
    "unlink",
    "remove",
    "rename",
    "renames",
    "replace",
    "rmdir",
    "removedirs",
    "rmtree",
    "move",
    "truncate",
    "ftruncate",
    "renameat2",
}
"""What takes a file, or its content, out of people's reach. ``replace``, ``remove`` and ``move``
are also what texts, lists and trees have, so these count on a module or a path only."""

OWN_FILES = {
    "store": "checkpoints, keys and the vault are its own: nobody's share",
    "report": "writes its own output beside the old one, then puts it in its place",
}
"""Rooms besides dispose that may replace a file, of their own, and why."""

PURE = {"model", "policy"}
IMPURE = re.compile(
    r"^(os|io|pathlib|time|sqlite3|logging|subprocess|socket|shutil|tomllib|random|secrets"
    r"|sqlite_utils)(\.|$)"
)


def named(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0]


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"), filename=str(module))


def imported_in(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def takes_away(tree: ast.Module):
    """Lines on which something is removed, renamed or replaced on disk."""
    ambiguous = {"replace", "remove", "move", "truncate", "renames"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in TAKES_AWAY:
            owner = called.value
            is_disk = isinstance(owner, ast.Name) and owner.id in {"os", "shutil"}
            # Path.replace takes one thing; str.replace two, and dates take words.
            is_disk |= called.attr == "replace" and len(node.args) == 1 and not node.keywords
            if called.attr not in ambiguous or is_disk:
                yield node.lineno, ast.unparse(called)
        elif isinstance(called, ast.Name) and called.id in {"unlink", "rmtree", "renameat2"}:
            yield node.lineno, called.id


def test_the_import_contracts_hold():
    # The contracts stand in pyproject.toml, beside the words that explain them.
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("module", SOURCES, ids=named)
def test_no_module_outgrows_a_sitting(module):
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST


def test_no_module_has_a_name_that_says_nothing():
    assert [named(module) for module in SOURCES if module.stem in VAGUE] == []


@pytest.mark.parametrize(
    "module", [module for module in MODULES if room_of(module) in PURE], ids=named
)
def test_what_decides_sees_no_clock_and_no_disk(module):
    assert [name for name in imported_in(tree_of(module)) if IMPURE.match(name)] == []


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if room_of(module) not in {"dispose", *OWN_FILES}],
    ids=named,
)
def test_only_dispose_takes_files_away(module):
    assert list(takes_away(tree_of(module))) == []


@pytest.mark.parametrize(
    ("source", "is_seen"),
    [
        ("os.unlink(path)", True),
        ("os.replace(a, b)", True),
        ("path.unlink()", True),
        ("path.replace(other)", True),
        ("at.replace(hour=0)", False),
        ("shutil.rmtree(path)", True),
        ("text.replace('a', 'b')", False),
        ("names.remove('a')", False),
    ],
)
def test_the_test_for_taking_away_sees_what_it_should(source, is_seen):
    assert bool(list(takes_away(ast.parse(source)))) is is_seen


def test_nothing_swallows_every_exception():
    swallowed = []
    for module in SOURCES:
        for node in ast.walk(tree_of(module)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = ast.unparse(node.type) if node.type else "everything"
            is_wide = caught in {"everything", "Exception", "BaseException"}
            is_silent = all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
            if is_wide and is_silent:
                swallowed.append(f"{named(module)}:{node.lineno}")
    assert swallowed == []


def test_nothing_suppresses_every_exception():
    suppressed = [
        f"{named(module)}:{node.lineno}"
        for module in SOURCES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("suppress")
        and {"Exception", "BaseException"} & {ast.unparse(each) for each in node.args}
    ]
    assert suppressed == []


def test_every_noqa_gives_its_reason():
    bare = re.compile(r"# noqa(?!: [A-Z0-9, ]+ +[-#] ?\S)")
    ignored = re.compile(r"# type: ignore(?!\[[a-z-]+(, ?[a-z-]+)*\] +# \S)")
    assert [
        f"{named(module)}:{number}"
        for module in MODULES
        for number, line in enumerate(module.read_text("utf-8").splitlines(), start=1)
        if bare.search(line) or ignored.search(line)
    ] == []


def test_text_for_people_is_a_literal_that_translators_find():
    """``said(f"…")`` or ``said(variable)`` would never be found, nor translated."""
    assert [
        f"{named(module)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "said"
        and node.args
        and isinstance(node.args[0], ast.JoinedStr)
    ] == []


def test_translations_are_complete():
    translate = ROOT / "scripts" / "translate"
    if not translate.exists():
        pytest.skip("there is nothing translated yet")
    told = subprocess.run(
        [translate, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
class TestLock:
    def test_every_package_is_pinned_and_hashed(self, lock):
        text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines
        assert [
            line
            for line in lines
            if not re.match(r"^[a-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+ .*--hash=sha256:", line)
        ] == []

    def test_it_names_no_index_and_no_host(self, lock):
        text = (ROOT / lock).read_text("utf-8")
        assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|^-[ief] ", text)


def test_the_daemon_runs_what_was_tested():
    """Every pin of the daemon's lock stands in the one that the tests are run with, too."""
    pinned = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
    runtime = set(pinned.findall((ROOT / "requirements.lock").read_text("utf-8")))
    tested = set(pinned.findall((ROOT / "requirements-dev.lock").read_text("utf-8")))
    assert runtime - tested == set()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_no_message_stands_inside_a_formatted_string(module):
    """Where translators' tools do not find it, and it would stay English."""
    hidden = [
        inner.lineno
        for outer in ast.walk(tree_of(module))
        if isinstance(outer, ast.JoinedStr)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id in {"said", "counted"}
    ]

    assert not hidden
