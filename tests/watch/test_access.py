"""Who may read a file is noted by the scan, and noted anew when it changes; content is not read."""

import os
import struct
from datetime import UTC, datetime, timedelta

import pytest

from gallra.model.exposure import Audience, Reader
from gallra.model.finding import PartReport
from gallra.model.passage import Outcome

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
LIST = "system.posix_acl_access"
ENTERED, READABLE, SHUT = 0o755, 0o644, 0o700


def set_mode(path, mode):
    """Change a mode so that the time of change tells it, however fast all this goes."""
    before = os.stat(path).st_ctime_ns
    while os.stat(path).st_ctime_ns == before:
        os.chmod(path, mode)


@pytest.fixture
def open_share(share, write):
    write({b"a/lista.csv": b"1", b"a/b/brev.txt": b"2"})
    for path in (b"a/lista.csv", b"a/b/brev.txt"):
        os.chmod(os.path.join(share.path, path), READABLE)
    for path in (b"", b"a", b"a/b"):
        os.chmod(os.path.join(share.path, path), ENTERED)
        os.utime(os.path.join(share.path, path), (1_700_000_000, 1_700_000_000))
    return share


def audiences(catalogue, share):
    """Return who reads each file, by path."""
    return {
        found.path: each.exposure.audience
        for each in catalogue.exposures(share.name)
        for found in catalogue.files_exposed(each.exposure_id)
    }


def read_all(catalogue):
    for arrival in catalogue.arrivals(100):
        report = PartReport(address="", kind="txt", outcome=Outcome.READ, language="sv")
        catalogue.store_reports(
            arrival, [report], [], rules_digest="", scanner_version="1", at=NOON
        )
    assert catalogue.arrivals(100) == []


def grant(path, user):
    """Name a user in an access list, as setfacl -m u:USER:r does."""
    lines = [(0x01, 6, 2**32 - 1), (0x02, 4, user), (0x04, 4, 2**32 - 1), (0x10, 4, 2**32 - 1),
             (0x20, 0, 2**32 - 1)]  # fmt: skip
    content = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *line) for line in lines)
    try:
        os.setxattr(path, LIST, content)
    except OSError:
        pytest.skip("this filesystem keeps no access lists")


def test_each_file_has_its_exposure_after_the_first_pass(open_share, catalogue, reconciler):
    reconciler.full_pass(open_share, NOON)
    (only,) = catalogue.exposures(open_share.name)
    assert (only.exposure.readers, only.file_count) == ((Reader(),), 2)
    assert set(audiences(catalogue, open_share)) == {b"a/lista.csv", b"a/b/brev.txt"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_changed_mode_is_noted_and_the_file_not_read_again(open_share, catalogue, reconciler):
    reconciler.full_pass(open_share, NOON)
    read_all(catalogue)
    path = open_share.path + b"/a/lista.csv"
    os.chown(path, 4711, 4712)
    set_mode(path, 0o640)
    assert reconciler.full_pass(open_share, LATER).changed == 0
    assert catalogue.arrivals(100) == []
    found = next(
        each.exposure
        for each in catalogue.exposures(open_share.name)
        for file in catalogue.files_exposed(each.exposure_id)
        if file.path == b"a/lista.csv"
    )
    assert found.readers == (Reader(groups=(4712,)), Reader(user=4711))
    # What was decided stands: the version that was read is the one that is there.
    known = catalogue.known_file(open_share.name, b"a/lista.csv")
    assert known.signature.changed_ns == os.stat(path).st_ctime_ns
    assert not known.is_pending


def test_an_edit_with_its_time_put_back_is_read_again(open_share, catalogue, reconciler):
    path = open_share.path + b"/a/lista.csv"
    reconciler.full_pass(open_share, NOON)
    read_all(catalogue)
    was = os.stat(path)
    with open(path, "r+b") as file:
        file.write(b"9")
    # As smbd keeps "written since the last backup" where it is told to map DOS attributes.
    set_mode(path, 0o744)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert reconciler.full_pass(open_share, LATER).changed == 1
    assert [arrival.path for arrival in catalogue.arrivals(100)] == [b"a/lista.csv"]


def test_a_list_that_names_somebody_is_noted_without_reading(open_share, catalogue, reconciler):
    reconciler.full_pass(open_share, NOON)
    read_all(catalogue)
    path = open_share.path + b"/a/lista.csv"
    before = os.stat(path).st_ctime_ns
    while os.stat(path).st_ctime_ns == before:
        grant(path, 4713)
    reconciler.full_pass(open_share, LATER)
    assert catalogue.arrivals(100) == []
    assert any(4713 in each.exposure.named_users for each in catalogue.exposures(open_share.name))


@pytest.mark.parametrize("kind", ["full_pass", "pruned_pass"])
def test_a_directory_that_is_shut_shuts_what_is_below(kind, open_share, catalogue, reconciler):
    reconciler.full_pass(open_share, NOON)
    set_mode(open_share.path + b"/a", SHUT)
    getattr(reconciler, kind)(open_share, LATER)
    assert Audience.EVERYONE not in audiences(catalogue, open_share).values()
    set_mode(open_share.path + b"/a", ENTERED)
    getattr(reconciler, kind)(open_share, LATER)
    assert set(audiences(catalogue, open_share).values()) == {Audience.EVERYONE}


def test_a_file_that_moves_into_a_shut_directory_is_shut(open_share, catalogue, reconciler, write):
    write({b"hemligt/x": b"3"})
    os.chmod(open_share.path + b"/hemligt", SHUT)
    reconciler.full_pass(open_share, NOON)
    os.rename(open_share.path + b"/a/b", open_share.path + b"/hemligt/b")
    reconciler.full_pass(open_share, LATER)
    found = audiences(catalogue, open_share)
    assert found[b"hemligt/b/brev.txt"] is not Audience.EVERYONE
    assert found[b"a/lista.csv"] is Audience.EVERYONE


def test_what_an_older_gallra_catalogued_is_filled_in_without_reading(
    open_share, catalogue, reconciler
):
    reconciler.full_pass(open_share, NOON)
    read_all(catalogue)
    catalogue.database.run("UPDATE file SET access_id = NULL, access_ctime_ns = NULL")
    catalogue.database.run("UPDATE directory SET access_id = NULL, reach_id = NULL, ctime_ns = 0")
    assert catalogue.exposures(open_share.name) == []
    reconciler.full_pass(open_share, LATER)
    assert len(audiences(catalogue, open_share)) == 2
    assert catalogue.arrivals(100) == []


def test_a_tag_of_ours_does_not_hide_a_changed_mode(open_share, catalogue, reconciler):
    path = open_share.path + b"/a/lista.csv"
    reconciler.full_pass(open_share, NOON)
    read_all(catalogue)
    set_mode(path, 0o600)
    status = os.stat(path)
    known = catalogue.known_file(open_share.name, b"a/lista.csv")
    catalogue.refresh_signature(
        known.file_id,
        type(known.signature)(
            device=status.st_dev,
            inode=status.st_ino,
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            changed_ns=status.st_ctime_ns,
            link_count=1,
        ),
    )
    reconciler.full_pass(open_share, LATER)
    assert audiences(catalogue, open_share)[b"a/lista.csv"] is not Audience.EVERYONE
    assert catalogue.arrivals(100) == []
