"""A sync that fails ends the run; a daemon does not go on in the belief that it was nothing."""

import errno

import pytest
from grounds import Grounds


@pytest.fixture(scope="module")
def far_club(driver, memory, tmp_path_factory):
    """Return a club whose quarantine lies on another filesystem: there copies are made."""
    folder = tmp_path_factory.mktemp("grounds")
    if memory is None or memory.stat().st_dev == folder.stat().st_dev:
        pytest.skip("there is no second filesystem here")
    far = memory / "copies"
    far.mkdir()
    found = Grounds(driver=driver, folder=folder, far=far)
    found.make()
    return found


def test_a_copy_that_the_disk_does_not_confirm_ends_the_run(far_club):
    far_club.put_back()
    among = ["write", "fsync", "renameat2", "unlinkat"]
    calls = far_club.run(watched="changing", among=among)["calls"]
    synced = calls.index(["write", "quarantine"]) + 1
    assert calls[synced] == ["fsync", "quarantine"]
    far_club.put_back()

    said = far_club.run(strike=[synced + 1, errno.EIO], among=among)

    assert said["code"] == 1
    assert "The disk did not confirm" in said["err"]
    assert not [
        call
        for call in said["calls"][synced + 1 :]
        if call[0] in {"renameat2", "unlinkat"} and {"share", "quarantine", "archive"} & {*call}
    ]
    far_club.require_destroyed(far_club.missing())


def test_a_daemon_ends_when_the_disk_does_not_confirm(one_club):
    one_club.put_back()

    said = one_club.run("run", strike=[6, errno.EIO], among=["fsync"])

    assert said["code"] == 1, said
    assert "The disk did not confirm" in said["err"]
    one_club.require_destroyed(one_club.missing())
    for _ in range(2):
        assert one_club.run()["code"] == 0
    assert not one_club.final()[0].keys() & {"share/Gamla/ett.txt", "share/Avtal/avtal.txt"}
