"""Outside programs, shut in: no network, no files but their own, bounded time and memory.

bubblewrap where it works: namespaces of their own, nothing of the disk but /usr, read-only. Where
it does not (a service that may make no namespaces), landlock and seccomp shut the program in as
they do the readers, with the one difference that it may be started. Where neither holds, no
program is started at all.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from gallra.content.sandbox import confine_program

MOST_MEMORY_BYTES = 1536 * 1024 * 1024
MOST_OUTPUT_BYTES = 256 * 1024 * 1024
"""Of a file that a program writes, and of what it prints."""
_FOLDER = "/work"
_SCRATCH = "/tmp"  # noqa: S108 - the namespace's own, empty and in memory
_START_SECONDS = 20
_QUIET = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "HOME": "/"}


class ProgramError(Exception):
    """It could not be run, took too long or broke off. Says nothing of what it was given."""


def run(
    command: Sequence[str],
    content: bytes = b"",
    *,
    seconds: float,
    folder: Path | None = None,
) -> bytes:
    """Run a program shut in and return what it printed.

    Args:
        command: Its name and arguments; ``{folder}`` in one stands for where ``folder`` lies.
        content: What it reads from its standard input.
        seconds: After so many, by the clock or of the processor, it is ended.
        folder: The only place that it may write in.

    Raises:
        ProgramError: It is not installed, cannot be shut in, or did not end well.
    """
    program = shutil.which(command[0])
    if program is None:
        raise ProgramError(f"{command[0]} is not installed")
    outer, inside, before = _shut_in(program, folder, seconds)
    arguments = [each.replace("{folder}", inside) for each in command[1:]]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; arguments are ours
            [*outer, program, *arguments],
            input=content,
            capture_output=True,
            timeout=seconds,
            env=_QUIET,
            cwd="/",
            preexec_fn=before,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ProgramError(type(error).__name__) from None
    if done.returncode != 0 or len(done.stdout) > MOST_OUTPUT_BYTES:
        raise ProgramError(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def _shut_in(
    program: str, folder: Path | None, seconds: float
) -> tuple[list[str], str, Callable[[], None]]:
    """Return what stands before the command, where its folder is, what its process does first."""
    if has_bubblewrap():
        bound = ["--bind", str(folder), _FOLDER] if folder else []
        return [*_bubble(), *bound, "--"], _FOLDER, partial(_limit, int(seconds) + 1)
    # limits that this process, much larger, would not survive itself are the last thing before
    limiter = shutil.which("prlimit")
    if limiter is None:
        raise ProgramError("prlimit is not installed")
    lowered = [
        limiter, f"--as={MOST_MEMORY_BYTES}", f"--cpu={int(seconds) + 1}",
        f"--fsize={MOST_OUTPUT_BYTES}", "--core=0", "--",
    ]  # fmt: skip
    writable = (str(folder),) if folder else ()
    return lowered, str(folder), partial(_confined, (limiter, program), writable)


def _bubble() -> list[str]:
    links = [
        argument
        for name in ("lib", "lib32", "lib64", "bin")
        if Path("/", name).is_symlink()
        for argument in ("--symlink", f"usr/{name}", f"/{name}")
    ]
    return [
        shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        "--ro-bind", "/usr", "/usr", *links, "--ro-bind-try", "/etc/ld.so.cache",
        "/etc/ld.so.cache", "--dev", "/dev", "--tmpfs", _SCRATCH, "--chdir", "/",
    ]  # fmt: skip


@cache
def has_bubblewrap() -> bool:
    """Tell whether bubblewrap is there and may make its namespaces here."""
    if shutil.which("bwrap") is None:
        return False
    try:
        tried = subprocess.run(  # noqa: S603 - a fixed program
            [*_bubble(), "--", "/usr/bin/true"],
            capture_output=True,
            timeout=_START_SECONDS,
            env=_QUIET,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def _limit(seconds: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, most))


def _confined(programs: tuple[str, ...], writable: tuple[str, ...]) -> None:
    if not confine_program(*programs, writable=writable):
        os._exit(126)
