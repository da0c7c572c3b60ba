"""What list and explain say of who reads a file."""

import os

import pytest


def test_list_and_explain_tell_who_reads_each_file(read_once):
    code, found = read_once.objects("list")
    assert code == 0
    path = str(read_once.share / "Löner/Lönelista 2019.csv")
    (exposure,) = (each["exposure"] for each in found if each["path"] == path)
    status = os.stat(path)
    assert (exposure["owner"], exposure["group"]) == (status.st_uid, status.st_gid)
    assert exposure["role"] == "common-area"
    assert exposure["audience"] in {"everyone", "groups", "users", "owner", "nobody"}
    assert exposure["is_world_readable"] == (exposure["audience"] == "everyone")
    (explained,) = read_once.objects("explain", path)[1]
    assert explained["exposure"] == exposure


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_explain_names_readers_as_the_host_calls_them(club):
    path = club.share / "Löner/Lönelista 2019.csv"
    for each in (club.share, club.share / "Löner"):
        each.chmod(0o750)
        os.chown(each, 0, 4712)
    path.chmod(0o640)
    os.chown(path, 4711, 4713)
    assert club.run("scan")[0] == 0
    assert "who is a member of all these groups: 4712, 4713" in club.run("explain", path)[1]
    path.chmod(0o444)
    assert club.run("scan")[0] == 0
    assert "members of 4712" in club.run("explain", path)[1]
    (told,) = club.objects("explain", path)[1]
    assert told["exposure"]["readers"] == [{"user": None, "groups": [4712]}]
    assert told["exposure"]["named_groups"] == [4712]
