"""Outside programs are shut in, with bubblewrap and without."""

import socket
import sys
from contextlib import closing

import pytest

from gallra.content import programs
from gallra.content.programs import ProgramError, run


@pytest.fixture(params=["bubblewrap", "landlock and seccomp"])
def shut_in(request, monkeypatch):
    if request.param == "bubblewrap":
        if not programs.has_bubblewrap():
            pytest.skip("bubblewrap may make no namespaces here")
    else:
        monkeypatch.setattr(programs, "has_bubblewrap", lambda: False)
    return run


def test_what_a_program_prints_comes_back(shut_in):
    assert shut_in(["tr", "a-z", "A-Z"], b"protokoll", seconds=10) == b"PROTOKOLL"


def test_it_sees_no_file_but_those_of_the_system(shut_in, tmp_path):
    secret = tmp_path / "medlemmar.csv"
    secret.write_text("Kari")
    for path in (secret, "/etc/passwd"):
        with pytest.raises(ProgramError):
            shut_in(["cat", str(path)], seconds=10)


def test_it_writes_in_its_own_folder_and_nowhere_else(shut_in, tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    shut_in(["tee", "{folder}/out"], b"x", seconds=10, folder=own)
    assert (own / "out").read_bytes() == b"x"
    with pytest.raises(ProgramError):
        shut_in(["tee", str(other / "out")], b"x", seconds=10, folder=own)
    assert not list(other.iterdir())


def test_it_has_no_network(shut_in):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        reach = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        with pytest.raises(ProgramError):
            shut_in(["/usr/bin/python3", "-c", reach], seconds=20)
        with pytest.raises(TimeoutError):
            server.accept()


def test_one_that_does_not_end_is_ended(shut_in):
    with pytest.raises(ProgramError):
        shut_in(["sleep", "60"], seconds=1)


def test_one_that_takes_all_memory_gets_none(shut_in):
    greedy = "x = bytearray(3 << 30)"
    with pytest.raises(ProgramError):
        shut_in(["/usr/bin/python3", "-c", greedy], seconds=30)


def test_one_that_is_not_there_is_said_by_name():
    with pytest.raises(ProgramError, match="no-such-program is not installed"):
        run(["no-such-program"], seconds=1)


def test_it_knows_nothing_of_our_surroundings(shut_in, monkeypatch):
    monkeypatch.setenv("GALLRA_SECRET", "x")
    assert b"GALLRA" not in shut_in(["env"], seconds=10)
    assert sys.executable.encode() not in shut_in(["env"], seconds=10)
