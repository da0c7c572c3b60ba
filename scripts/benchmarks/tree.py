"""Trees: of processes, and what they cost as the kernel counts it; of files, and a bare walk."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path


def descendants(root: int) -> Iterator[int]:
    """Yield ``root`` and every process below it that is alive now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(after_name[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, [])


def resident_bytes(root: int, *, is_alone: bool = False) -> tuple[int, int]:
    """Return the tree's resident memory: every page counted, and shared pages shared out."""
    resident = proportional = 0
    for process in [root] if is_alone else descendants(root):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        named = {line.split(":")[0]: line.split() for line in lines[1:]}
        resident += int(named["Rss"][1]) * 1024
        proportional += int(named["Pss"][1]) * 1024
    return resident, proportional


def walk(path: bytes) -> tuple[int, int]:
    """Look at every file as barely as Python can; return how many files and directories."""
    files = directories = 0
    waiting = [path]
    while waiting:
        directories += 1
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    files += 1
    return files, directories


class Peak:
    """The highest resident memory of a tree, looked at twenty times a second."""

    def __init__(self, root: int) -> None:
        """Watch the tree below ``root`` until :meth:`stop`."""
        self.resident_bytes = 0
        self.proportional_bytes = 0
        self._root = root
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(0.05):
            resident, proportional = resident_bytes(self._root)
            self.resident_bytes = max(self.resident_bytes, resident)
            self.proportional_bytes = max(self.proportional_bytes, proportional)


def tree_seconds(root: int) -> float:
    """Return the processor time that the tree's processes have taken so far."""
    ticks = 0
    for process in descendants(root):
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children_processor_seconds() -> float:
    """Return the processor time of all processes that this one has waited for, and theirs."""
    times = os.times()
    return times.children_user + times.children_system
