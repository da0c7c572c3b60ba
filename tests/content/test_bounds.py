"""The page of limits says what the code says, and every limit ends as an outcome."""

import ast
import dataclasses
from pathlib import Path

from gallra.content import bounds as module
from gallra.content.bounds import BOUNDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "bounds.md"


def shown(name: str, value: float) -> str:
    """The value as people read it: MiB, seconds, or a plain number with its thousands apart."""
    if name.endswith("_bytes"):
        return f"{int(value) // 1024**2} MiB"
    if name.endswith("_seconds"):
        return f"{int(value)} s"
    return f"{value:,}"


def rows() -> list[str]:
    """A row for each field, from its default and from the docstring below it."""
    (limits,) = [
        node
        for node in ast.parse(Path(module.__file__).read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    found = []
    for field, comment in zip(limits.body, limits.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(comment, ast.Expr):
            name = ast.unparse(field.target)
            text = " ".join(str(ast.literal_eval(comment.value)).split()).replace("``", "`")
            found.append(f"| `{name}` | {shown(name, getattr(BOUNDS, name))} | {text} |")
    return found


def test_the_page_lists_every_limit_with_the_value_in_force() -> None:
    expected = rows()
    assert len(expected) == len(dataclasses.fields(BOUNDS))
    written = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert written == expected, "\n" + "\n".join(expected)
