"""Which disks are encrypted, told from what the kernel shows of them."""

import os

import pytest

from gallra.host.disks import Encryption, encryption_of, free_part, unencrypted_swap
from gallra.kernel.mounts import mount_of

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 22 253:1 / /srv/klubb rw - ext4 /dev/mapper/klubb rw
32 31 253:2 / /srv/klubb/med\\040mellanslag rw - xfs /dev/mapper/array rw
33 22 0:50 / /mnt/nas rw - cifs //nas/klubb rw
34 22 0:51 / /srv/pool rw - zfs pool rw
35 22 253:9 / /srv/array rw - ext4 /dev/md0 rw
"""


@pytest.fixture
def machine(tmp_path):
    """A machine as /proc and /sys show it: one plain disk, LUKS, LVM upon LUKS, a mixed array."""
    blocks = {
        "254:0": ("", []),
        "253:0": ("CRYPT-LUKS2-0123-luks", ["254:0"]),
        "253:1": ("CRYPT-LUKS2-4567-klubb", ["254:0"]),
        "253:2": ("LVM-abc", ["253:0"]),
        "253:9": ("", ["253:0", "254:0"]),
    }
    for number, (uuid, below) in blocks.items():
        device = tmp_path / "sys/dev/block" / number
        (device / "dm").mkdir(parents=True)
        (device / "dm/uuid").write_text(uuid)
        (device / "slaves").mkdir()
        for each in below:
            os.symlink(tmp_path / "sys/dev/block" / each, device / "slaves" / each)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text(MOUNTS)
    (tmp_path / "proc/swaps").write_text("Filename\tType\tSize\tUsed\tPriority\n")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/home", Encryption.PLAIN),
        (b"/srv/klubb/gemensam", Encryption.ENCRYPTED),
        (b"/srv/klubb", Encryption.ENCRYPTED),
        (b"/srv/klubbar", Encryption.PLAIN),
        (b"/srv/klubb/med mellanslag/x", Encryption.ENCRYPTED),
        (b"/srv/array", Encryption.PLAIN),
        (b"/mnt/nas/klubb", Encryption.REMOTE),
        (b"/srv/pool", Encryption.UNKNOWN),
    ],
)
def test_what_lies_below_a_folder_decides(machine, path, expected):
    assert encryption_of(path, machine) is expected


def test_of_two_mounts_at_one_place_the_later_is_seen(machine):
    with (machine / "proc/self/mountinfo").open("a") as file:
        file.write("40 22 254:0 / /srv/klubb rw - ext4 /dev/vda rw\n")

    assert encryption_of(b"/srv/klubb", machine) is Encryption.PLAIN


@pytest.mark.parametrize("damage", ["", "garbage\n", "22 1 254:0\n"])
def test_what_the_kernel_does_not_tell_is_unknown(machine, damage):
    (machine / "proc/self/mountinfo").write_text(damage)

    assert encryption_of(b"/srv", machine) is Encryption.UNKNOWN


def test_without_proc_nothing_is_known(tmp_path):
    assert mount_of(b"/srv", tmp_path) is None
    assert encryption_of(b"/srv", tmp_path) is Encryption.UNKNOWN
    assert unencrypted_swap(tmp_path) == ()


def test_swap_in_the_clear_is_named_and_compressed_memory_is_not(machine):
    (machine / "proc/swaps").write_text(
        "Filename Type Size Used Priority\n/swapfile file 1 0 -2\n/dev/zram0 partition 1 0 100\n"
    )

    assert unencrypted_swap(machine) == ("/swapfile",)


def test_the_room_on_a_real_disk_is_told(tmp_path):
    free, total = free_part(os.fsencode(tmp_path))

    assert 0 < free <= total
