"""Tell systemd how the daemon is doing (sd_notify); silent where systemd is not."""

import contextlib
import os
import socket


def notify(*assignments: str) -> None:
    """Send ``READY=1``, ``STATUS=…``, ``WATCHDOG=1``, … to the service manager.

    Source: sd_notify(3): one datagram, one assignment a line.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with (
        contextlib.suppress(OSError),  # nobody listens any more: not worth dying for
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door,
    ):
        door.connect(address)
        door.sendall("\n".join(assignments).encode("utf-8", "replace"))


def watchdog_seconds() -> float | None:
    """Return how often systemd wants to hear from this process, halved for safety."""
    period, process = os.environ.get("WATCHDOG_USEC"), os.environ.get("WATCHDOG_PID")
    if not period or (process and process != str(os.getpid())):
        return None
    return int(period) / 2_000_000
