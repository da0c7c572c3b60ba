"""A look at one name tells what Python's own tells, and when the file was made."""

import os
import time

import pytest

from gallra.kernel.status import look_at


def test_a_look_agrees_with_pythons_own(tmp_path):
    before = time.time_ns()
    (tmp_path / "fil").write_bytes(b"12345")
    os.link(tmp_path / "fil", tmp_path / "annan")
    os.utime(tmp_path / "fil", ns=(1, 1_234_567_890_123_456_789))
    directory = os.open(tmp_path, os.O_RDONLY)
    found = look_at(directory, b"fil")
    os.close(directory)
    status = os.stat(tmp_path / "fil")
    assert (found.mode, found.uid, found.gid) == (status.st_mode, status.st_uid, status.st_gid)
    assert (found.inode, found.size_bytes, found.link_count) == (status.st_ino, 5, 2)
    assert (found.modified_ns, found.changed_ns) == (status.st_mtime_ns, status.st_ctime_ns)
    # A filesystem's clock may tick up to ten milliseconds behind.
    assert found.born_ns is None or found.born_ns >= before - 20_000_000


def test_a_link_is_not_followed_and_what_is_missing_is_told(tmp_path):
    (tmp_path / "link").symlink_to("borta")
    directory = os.open(tmp_path, os.O_RDONLY)
    assert look_at(directory, b"link").mode == os.lstat(tmp_path / "link").st_mode
    with pytest.raises(FileNotFoundError):
        look_at(directory, b"borta")
    os.close(directory)
