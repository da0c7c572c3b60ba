"""Which filesystem it is, over reboots and from other machines."""

import os

import pytest

from gallra.kernel import filesystems
from gallra.kernel.filesystems import is_read_only, origin_of, remote_kind
from gallra.kernel.mounts import Mount
from gallra.model.share import ShareIdentity

NFS = 0x6969


@pytest.fixture
def origin(tmp_path, monkeypatch):
    """Return the origin that a folder has when it is mounted as told."""
    monkeypatch.setattr(filesystems, "_uuid_of", lambda _: None)

    def told(kind, source, *, root=b"/", number=NFS):
        mount = Mount(
            number=7, device="0:50", root=root, at=b"/srv/klubb", kind=kind, source=source
        )
        monkeypatch.setattr(filesystems, "kind_number", lambda _: number)
        monkeypatch.setattr(filesystems, "mount_of", lambda _: mount)
        descriptor = os.open(tmp_path, os.O_RDONLY)
        try:
            return origin_of(descriptor, os.fsencode(tmp_path))
        finally:
            os.close(descriptor)

    return told


def test_two_servers_are_two_and_one_that_is_mounted_anew_is_the_same(origin):
    one = origin("nfs4", b"nas:/klubb")
    assert one
    assert origin("nfs", b"nas:/klubb") == one
    for other in (
        origin("nfs4", b"nas:/arkiv"),
        origin("nfs4", b"annan:/klubb"),
        origin("nfs4", b"nas:/klubb", root=b"/inne"),
        origin("cifs", b"nas:/klubb"),
    ):
        assert other != one
    assert b"nas" not in one.encode()


def test_what_has_a_device_of_this_machine_is_not_told_by_its_name(origin):
    assert origin("fuseblk", b"/dev/sdb1", number=0x65735546) == ""
    assert origin("ext4", b"/dev/sdb1", number=0xEF53) == ""


def test_without_an_origin_on_both_sides_the_identifier_decides():
    def seen(filesystem, origin):
        return ShareIdentity(
            device=1, filesystem=filesystem, root_inode=2, marker="", origin=origin
        )

    # As NFS has it: an identifier of 0 for all.
    assert not seen("0", "a").is_of_same_filesystem(seen("0", "b"))
    assert seen("0", "").is_of_same_filesystem(seen("0", "b"))  # of before there were origins
    # As XFS has it: another identifier after each boot.
    assert seen("1", "a").is_of_same_filesystem(seen("2", "a"))
    assert not seen("1", "").is_of_same_filesystem(seen("2", "a"))


def test_an_ordinary_folder_is_neither_remote_nor_read_only(tmp_path, monkeypatch):
    assert not is_read_only(os.fsencode(tmp_path))
    monkeypatch.setattr(filesystems, "kind_number", lambda _: 0xEF53)
    assert remote_kind(os.fsencode(tmp_path)) is None
    monkeypatch.setattr(filesystems, "kind_number", lambda _: 0xFF534D42)
    assert remote_kind(os.fsencode(tmp_path))
