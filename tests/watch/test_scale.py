"""An unchanged share costs what looking at it costs: the catalogue is not asked of its files."""

import os
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def statements(catalogue):
    """Collect what the catalogue's database is asked."""
    asked = []
    catalogue.database.connection.set_trace_callback(asked.append)
    yield asked
    catalogue.database.connection.set_trace_callback(None)


@pytest.mark.parametrize("kind", ["full_pass", "pruned_pass"])
def test_an_unchanged_share_is_asked_for_in_pages(kind, share, reconciler, write, statements):
    write({b"%d/%d/%d" % (n // 30, n // 3, n): b"" for n in range(900)})
    for path, _, _ in os.walk(share.path):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    reconciler.full_pass(share, NOON)
    statements.clear()
    assert (getattr(reconciler, kind)(share, LATER)).changed == 0
    # 331 directories are one page of the catalogue; no file and no directory is asked for alone.
    assert len(statements) < 20
    assert not [each for each in statements if "FROM file WHERE directory_id" in each]


def test_one_changed_file_costs_its_own_directory_alone(share, reconciler, write, statements):
    write({b"%d/%d/%d" % (n // 30, n // 3, n): b"" for n in range(900)})
    for path, _, _ in os.walk(share.path):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    reconciler.full_pass(share, NOON)
    write({b"0/0/1": b"changed"})
    statements.clear()
    assert reconciler.full_pass(share, LATER).changed == 1
    listed = [each for each in statements if "FROM file WHERE directory_id" in each]
    assert len(listed) == 1
