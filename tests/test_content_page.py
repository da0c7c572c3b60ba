"""The page about reading has every format that is measured."""

from pathlib import Path

from benchmarks.content import table
from benchmarks.content_files import MAKERS
from benchmarks.old_files import OLD_MAKERS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "content.md"


def test_the_page_has_a_figure_for_every_format_that_is_measured() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    for name in (*MAKERS, *OLD_MAKERS):
        assert any(row.startswith(f"| {name} (") for row in rows), name


def test_a_row_without_a_reference_leaves_its_columns_empty() -> None:
    row = {"figure": "x (1 kB)", "value": 2.5, "unit": "files/s", "megabytes_per_second": 0.1}
    assert table([row]).splitlines()[2] == "| x (1 kB) | 2.5 | 0.1 |  |  |  |"
