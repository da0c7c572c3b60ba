"""Imports gallra once, then runs its command line in a new process for each line it is given.

What is forked is the real command, from its arguments to its exit code; only the imports are
saved, and readers are forked like it instead of being started as new interpreters.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import timedelta

import watched

import gallra.cli.main
from gallra.detect.engine import Detector
from gallra.service import clock, pool, worker

for _name in ("work", "quarantining", "log", "planning", "reading", "records"):
    importlib.import_module(f"gallra.cli.{_name}")
Detector(digest_keys=None)

_NOW, _BOOT = clock.now, clock.boot_seconds


class Forked:
    """What :class:`subprocess.Popen` would be for a reader."""

    def __init__(self, arguments, keep):
        self.returncode = None
        self.pid = os.fork()
        if not self.pid:
            code = 70
            try:
                quiet = os.open(os.devnull, os.O_RDWR)
                for standard in (0, 1, 2):
                    os.dup2(quiet, standard)
                for number in map(int, os.listdir("/proc/self/fd")):
                    if number > 2 and number not in keep:
                        with contextlib.suppress(OSError):
                            os.close(number)
                sys.argv = ["worker", *arguments]
                code = worker.main()
            except BaseException:  # noqa: BLE001 - a process of its own: what fails in it ends it
                code = 71
            finally:
                os._exit(code)

    def poll(self):
        if self.returncode is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout=None):
        del timeout
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self):
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def forked(program, *doors):
    """Fork a reader; a process that looks at pictures is started as it always is."""
    numbers = [door.fileno() for door in doors]
    if program is pool.WORKER:
        return Forked([str(number) for number in numbers], set(numbers))
    return subprocess.Popen([sys.executable, *program, *map(str, numbers)], pass_fds=numbers)


pool.child_of = forked


def body(request, out, err):
    """Return the function that carries out one command line in a process of its own."""

    def run():
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8")
        later = timedelta(days=request["days"])
        clock.now = lambda: _NOW() + later
        clock.boot_seconds = lambda: _BOOT() + later.total_seconds()
        try:
            return gallra.cli.main.main(request["argv"])
        except BaseException:  # noqa: BLE001 - to be shown by the test
            traceback.print_exc()
            return 98
        finally:
            sys.stdout.flush()
            sys.stderr.flush()

    return run


def side_of(path, request):
    """Return which part of the club a path lies in, or "" outside of it."""
    for side, folder in request["sides"]:
        if path == folder or path.startswith((folder + "/", folder + "-")):
            return f"{side} folder" if path == folder and side == "ledger" else side
    return ""


def decided(request, told):
    """Return the function that decides about each call, and notes those that count."""
    strike = request.get("strike")
    among = frozenset(request.get("among") or ())
    main = []

    def decide(call):
        main.append(call.process)
        is_reader = call.process != main[0]
        if is_reader != bool(request.get("readers")):
            return None
        sides = [side for side in (side_of(path, request) for path in call.paths) if side]
        if not sides or (among and call.name not in among):
            return None
        told.append([call.name, *sides])
        if strike is None:
            return None
        number, what, *how = strike
        if len(told) == number or (
            "on" in how and len(told) > number and sides == told[number - 1][1:]
        ):
            return -signal.SIGKILL if what == "kill" else what
        return None

    return decide


def answered(request):
    """Carry out one request."""
    told = []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        run = body(request, out.fileno(), err.fileno())
        if request.get("watched"):
            calls = watched.CHANGING + (watched.LOOKING if request["watched"] == "all" else ())
            code = watched.watch(run, calls, decided(request, told)).code
        else:
            child = os.fork()
            if not child:
                os._exit(run())
            if request.get("seconds") is not None:
                time.sleep(request["seconds"])
                os.kill(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return {
            "code": code,
            "out": out.read().decode("utf-8", "replace"),
            "err": err.read().decode("utf-8", "replace"),
            "calls": told,
        }


def main():
    """Answer, line by line, until there is no more."""
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answered(json.loads(line))) + "\n")
        sys.stdout.flush()


main()
