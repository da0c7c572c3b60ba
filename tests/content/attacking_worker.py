"""The real worker with a reader that a document has taken over: it attacks, and tells how it went.

Started by the pool in the real worker's place. All but ``read`` is the real thing.
"""

import ctypes
import mmap
import os
import resource
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator

from gallra.model.passage import Outcome, Part, Passage
from gallra.service import worker

libc = ctypes.CDLL(None, use_errno=True)
PARENT = os.getppid()
NEW_USER = 0x10000000
FAMILIES = tuple(range(1, 46))
CALLS: dict[str, tuple[object, ...]] = {
    # x86-64 numbers; what stands behind is what a hostile caller would pass
    "memfd_create": (319, b"x", 0),
    "execve": (59, b"/bin/true", None, None),
    "execveat": (322, 0, b"", None, None, 0x1000),
    "process_vm_readv": (310, PARENT, None, 0, None, 0, 0),
    "process_vm_writev": (311, PARENT, None, 0, None, 0, 0),
    "ptrace attach": (101, 16, PARENT, 0, 0),
    "ptrace seize": (101, 0x4206, PARENT, 0, 0),
    "kill the parent": (62, PARENT, 9),
    "kill everybody": (62, -1, 0),
    "tgkill the parent": (234, PARENT, PARENT, 9),
    "tkill the parent": (200, PARENT, 9),
    "queue a signal": (129, PARENT, 9, b"\0" * 128),
    "pidfd of the parent": (434, PARENT, 0),
    "pidfd_send_signal": (424, 0, 9, None, 0),
    "bpf": (321, 0, b"\0" * 128, 128),
    "keyctl": (250, 0, -3, 1),
    "add_key": (248, b"user", b"x", b"x", 1, -3),
    "request_key": (249, b"user", b"x", None, -3),
    "userfaultfd": (323, 1),
    "io_uring_setup": (425, 8, b"\0" * 120),
    "io_uring_enter": (426, 0, 0, 0, 0, None),
    "perf_event_open": (298, b"\0" * 128, 0, -1, -1, 0),
    "unshare the user namespace": (272, NEW_USER),
    "clone into a user namespace": (56, NEW_USER | signal.SIGCHLD, None, None, None, 0),
    "clone3": (435, struct.pack("<11Q", NEW_USER, *[0] * 10), 88),
    "fork by clone": (56, signal.SIGCHLD, None, None, None, 0),
    "vfork": (58,),
    "setns": (308, 0, 0),
    "mount": (165, b"none", b"/mnt", b"tmpfs", 0, None),
    "open_tree": (428, -100, b"/", 1),
    "fsopen": (430, b"tmpfs", 0),
    "pivot_root": (155, b"/", b"/"),
    "chroot": (161, b"/"),
    "openat2": (437, -100, b"/etc/passwd", b"\0" * 24, 24),
    "open_by_handle_at": (304, -100, b"\0" * 128, 0),
    "shared memory": (29, 0, 4096, 0o1600),
    "semaphores": (64, 0, 1, 0o1600),
    "messages": (68, 0, 0o1600),
    "own the parent's signals by fcntl": (72, 0, 8, PARENT),
    "the same with the upper half set": (72, 0, 8 | 1 << 32, PARENT),
    "choose the signal": (72, 0, 10, 9),
    "own signals by ioctl": (16, 0, 0x8901, struct.pack("<i", PARENT)),
    "push into the terminal": (16, 0, 0x5412, b"x"),
    "the same, upper half set": (16, 0, 0x5412 | 1 << 32, b"x"),
    "slow the parent down": (141, 0, PARENT, 19),
    "move the parent to one core": (203, PARENT, 8, b"\1" + b"\0" * 7),
    "limit the parent": (302, PARENT, 7, struct.pack("<2Q", 1, 1), None),
    "personality": (135, 0x0400000),
    "load a module": (313, 0, b"", 0),
    "kexec": (320, 0, 0, 0, None, 0),
    "set the clock": (227, 0, struct.pack("<2q", 0, 0)),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, None),
    "quotactl": (179, 0x800001, None, 0, None),
}


def _call(number: int, *arguments: object) -> None:
    passed = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    if libc.syscall(ctypes.c_long(number), *passed) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _attempts(folder: str, descriptor: int) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        name: (lambda call=call: _call(*call)) for name, call in CALLS.items()
    }
    for family in FAMILIES:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            found[f"socket {family} {kind.name}"] = lambda f=family, k=kind: _call(41, f, k, 0)
    for path in ("/etc/passwd", "/etc/shadow", "/proc/self/environ", f"/proc/{PARENT}/mem",
                 "/proc/self/maps", "/sys/kernel", "/dev/mem", "/dev/kvm", "/root", "/home",
                 f"{folder}/victim", f"/proc/self/fd/{descriptor}"):  # fmt: skip
        found[f"read {path}"] = lambda path=path: os.open(path, os.O_RDONLY)
        found[f"write {path}"] = lambda path=path: os.open(path, os.O_RDWR)
    victim = f"{folder}/victim"
    return found | {
        "make a file": lambda: os.open(f"{folder}/new", os.O_CREAT | os.O_WRONLY),
        "make one in shared memory": lambda: os.open("/dev/shm/x", os.O_CREAT | os.O_RDWR),  # noqa: S108 - refused
        "remove": lambda: os.unlink(victim),
        "rename": lambda: os.rename(victim, f"{victim}2"),
        "make a directory": lambda: os.mkdir(f"{folder}/new"),
        "write to what was handed in": lambda: os.write(descriptor, b"x"),
        "cut what was handed in": lambda: os.ftruncate(descriptor, 0),
        "chmod what was handed in": lambda: os.fchmod(descriptor, 0o777),
        "mark what was handed in": lambda: os.setxattr(descriptor, "user.gallra.class", b"x"),
        "map it writable and shared": lambda: mmap.mmap(descriptor, 1, mmap.MAP_SHARED),
        "fork": _fork,
        "become another user": lambda: os.setresuid(1, 1, 1),
        "64 GB of memory": lambda: mmap.mmap(-1, 64 * 1024**3),
        "loosen a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)),
        "a thousand descriptors": lambda: [os.dup(descriptor) for _ in range(1000)],
    }


def attack(folder: str, descriptor: int) -> Iterator[Part]:
    held = []
    done = 0
    for name, act in _attempts(folder, descriptor).items():
        done += 1
        try:
            act()
        except (OSError, ValueError):
            continue
        held.append(name)
    text = "\n".join(held)
    yield Part(
        address="",
        kind=f"{done} attempts",
        outcome=Outcome.READ,
        passages=(Passage(where="body", text=text),) if held else (),
    )


def _exhaust() -> None:
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))
        held[-1][:: mmap.PAGESIZE] = bytes(len(held[-1]) // mmap.PAGESIZE)


def _stack() -> None:
    _stack()


def hostile(descriptor: int, name: str, **more: object) -> Iterator[Part]:
    """Do what the file's name says."""
    verb, _, folder = name.partition(" ")
    if verb == "attack":
        yield from attack(folder, descriptor)
        return
    {
        "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "abort": os.abort,
        "exit": lambda: os._exit(0),
        "hang": lambda: time.sleep(3600),
        "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
        "memory": _exhaust,
        "stack": _stack,
        "native": lambda: ctypes.string_at(1),
        "old calls": lambda: libc.syscall(ctypes.c_long(0x40000000 | 41), 2, 1, 0),
        "nothing": lambda: None,
    }.get(verb, lambda: None)()
    yield from READ(descriptor, name, **more)  # type: ignore[arg-type] # the eye


READ = worker.read

if __name__ == "__main__":
    worker.read = hostile  # type: ignore[assignment]
    worker.main()
