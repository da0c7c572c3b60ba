"""Outside programs are shut in, with bubblewrap and without."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from gallra.content import programs
from gallra.content.programs import ProgramError, run

CHILD = """
import sys
from pathlib import Path
from gallra.content import programs
programs.has_bubblewrap = lambda: False
folder = Path(sys.argv[2]) if sys.argv[2] else None
content = sys.stdin.buffer.read()
try:
    printed = programs.run(sys.argv[3:], content, seconds=float(sys.argv[1]), folder=folder)
except programs.ProgramError:
    sys.exit(3)
sys.stdout.buffer.write(printed)
"""


def run_in_child(command, content=b"", *, seconds, folder=None):
    """Run without bubblewrap from a process of its own, as the eyes are one."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(seconds), str(folder or ""), *command],
        input=content,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    if done.returncode == 3:
        raise ProgramError
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=["bubblewrap", "landlock and seccomp"])
def shut_in(request):
    if request.param != "bubblewrap":
        return run_in_child
    if not programs.has_bubblewrap():
        pytest.skip("bubblewrap may make no namespaces here")
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
