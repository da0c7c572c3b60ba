"""File server, limits, clock and access, as the machine's own files tell them."""

import os
import shutil
import subprocess

import pytest

from gallra.host import samba
from gallra.host.clocks import zone_name
from gallra.host.exposure import exposure_of
from gallra.host.limits import WatchLimits, watch_limits

GLOBAL = "[global]\nworkgroup = KLUBB\n"


@pytest.fixture
def configured(tmp_path):
    def write(text, name="smb.conf"):
        (tmp_path / "etc/samba").mkdir(parents=True, exist_ok=True)
        (tmp_path / "etc/samba" / name).write_text(text, "utf-8")
        return tmp_path

    return write


def served(root, path=b"/srv/klubb/gemensam"):
    return samba.served(path, root)


def test_without_a_server_there_is_nothing_to_say(tmp_path):
    assert served(tmp_path) is None


def test_a_folder_outside_all_shares_is_not_served(configured):
    root = configured(f"{GLOBAL}[a]\npath = /srv/klubbar\n[b]\npath = /srv/%U\n[printers]\n")

    assert served(root) == ()


def test_the_shares_own_words_go_before_the_global_ones(configured):
    root = configured(
        "[GLOBAL]\n  Server SMB Encrypt = required\n"
        "[alla]\npath = /srv\nserver smb encrypt = off\nguest ok = Yes\n"
        "[klubb]\n   path = /srv/klubb/\nvfs objects = full_audit \\\nrecycle\n"
        "recycle:repository = .papperskorg\n"
    )
    everybody, club = served(root)

    assert (everybody.name, everybody.is_encryption_required) == ("alla", False)
    assert everybody.is_open_to_guests
    assert everybody.recycle_bin is None
    assert (club.name, club.is_encryption_required, club.is_signing_required) == (
        "klubb",
        True,
        True,
    )
    assert not club.is_open_to_guests
    assert club.recycle_bin == ".papperskorg"


@pytest.mark.parametrize(
    ("words", "is_required"),
    [("server signing = mandatory", True), ("server signing = auto", False), ("", False)],
)
def test_signing_is_demanded_or_it_is_not(configured, words, is_required):
    (found,) = served(configured(f"{GLOBAL}{words}\n[klubb]\npath = /srv/klubb\n"))

    assert found.is_signing_required is is_required


def test_snapshots_are_known_by_their_module(configured):
    (found,) = served(configured("[k]\npath = /srv\nvfs objects = shadow_copy2\n"))

    assert found.has_snapshots


def test_what_is_included_counts(configured):
    configured("[klubb]\npath = /srv/klubb\n", "shares.conf")
    (found,) = served(configured(f"{GLOBAL}include = /etc/samba/shares.conf\n"))

    assert found.name == "klubb"


@pytest.mark.parametrize("damage", ["path = /srv\n", "[unclosed\n", "[a]\n= b\n\0\n"])
def test_a_configuration_that_cannot_be_read_is_told(configured, damage):
    root = configured(damage)

    with pytest.raises(samba.SambaError):
        served(root)


@pytest.mark.skipif(shutil.which("testparm") is None, reason="Samba's own reader is not here")
def test_samba_itself_reads_the_same(configured):
    root = configured(
        f"{GLOBAL}server signing = mandatory\n[klubb]\npath = /srv/klubb\nguest ok = yes\n"
        "vfs objects = recycle\n"
    )
    told = subprocess.run(
        ["testparm", "-s", root / "etc/samba/smb.conf"], capture_output=True, check=True, text=True
    ).stdout
    (found,) = served(root)

    assert ("server signing = required" in told) is found.is_signing_required is True
    assert ("guest ok = Yes" in told) is found.is_open_to_guests is True
    assert ("vfs objects = recycle" in told) is (found.recycle_bin is not None) is True


def test_the_limits_of_watching_are_read(tmp_path):
    folder = tmp_path / "proc/sys/fs/inotify"
    folder.mkdir(parents=True)
    (folder / "max_user_watches").write_text("8192\n")
    assert watch_limits(tmp_path) is None
    (folder / "max_queued_events").write_text("16384\n")

    assert watch_limits(tmp_path) == WatchLimits(watch_count=8192, queued_event_count=16384)


def test_the_time_zone_is_where_the_clock_points(tmp_path):
    assert zone_name(tmp_path) is None
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/timezone").write_text("Europe/Stockholm\n")
    assert zone_name(tmp_path) == "Europe/Stockholm"
    os.symlink("../usr/share/zoneinfo/America/Argentina/Ushuaia", tmp_path / "etc/localtime")

    assert zone_name(tmp_path) == "America/Argentina/Ushuaia"


@pytest.mark.parametrize(
    ("mode", "reads", "writes"), [(0o770, False, False), (0o775, True, False), (0o777, True, True)]
)
def test_who_else_reaches_a_folder_is_told(tmp_path, mode, reads, writes):
    tmp_path.chmod(mode)
    found = exposure_of(os.fsencode(tmp_path))

    assert (found.can_others_read, found.can_others_write) == (reads, writes)
    assert found.owner == os.geteuid()


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="no access lists on this machine")
def test_whom_an_access_list_names_is_counted_as_far_as_its_mask_lets(tmp_path):
    def named(*lists):
        subprocess.run(["setfacl", "-b", "-m", ",".join(lists), tmp_path], check=True)
        return exposure_of(os.fsencode(tmp_path)).named_count

    assert named("u:1234:rx", "g:2345:rwx", "u:1235:x") == 2
    assert named("u:1234:rwx", "m::x") == 0


def test_a_made_up_access_list_names_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getxattr", lambda *_, **__: b"\x02\0\0\0\x02\0")

    assert exposure_of(os.fsencode(tmp_path)).named_count == 0
