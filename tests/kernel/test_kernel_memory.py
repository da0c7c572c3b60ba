"""What was freed goes back to the system."""

from pathlib import Path

from gallra.kernel.memory import give_back


def resident_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024


def test_freed_memory_is_given_back():
    kept = []
    freed = [bytearray(1_000) for _ in range(50_000)]
    kept.extend(freed[::5_000])  # so that the heap's top cannot simply fall
    held = resident_bytes()
    del freed

    give_back()

    assert resident_bytes() < held - 20_000_000
