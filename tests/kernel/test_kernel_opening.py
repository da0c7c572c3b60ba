"""No way leads out of a directory, whether the kernel walks or we do."""

import ctypes
import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.kernel import opening
from gallra.kernel.opening import MOST_PATH_BYTES, is_beneath, open_directory_beneath


@pytest.fixture(params=[0, errno.ENOSYS, errno.EPERM], ids=["openat2", "unknown", "forbidden"])
def call(request, monkeypatch):
    """Open with openat2, then where a kernel or a filter of system calls refuses it."""

    def refused(*_):
        ctypes.set_errno(request.param)
        return -1

    if request.param:
        monkeypatch.setattr(opening, "_syscall", refused)
    return request.param


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root/d/e").mkdir(parents=True)
    (tmp_path / "root/fil").write_text("x")
    (tmp_path / "root/link").symlink_to("d")
    (tmp_path / "root/ut").symlink_to(tmp_path)
    descriptor = os.open(tmp_path / "root", os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize("path", [b"", b"d", b"d/e"])
def test_a_plain_way_down_is_opened(root, tmp_path, path):
    descriptor = open_directory_beneath(root, path)
    assert os.path.samestat(
        os.fstat(descriptor), os.stat(os.fsencode(tmp_path / "root") + b"/" + path)
    )
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(
    ("path", "number"),
    [
        (b"borta", errno.ENOENT),
        (b"d/borta/e", errno.ENOENT),
        (b"fil", errno.ENOTDIR),
        (b"fil/e", errno.ENOTDIR),
        (b"link", errno.ELOOP),
        (b"link/e", errno.ELOOP),
        (b"ut/root/d", errno.ELOOP),
        (b"..", errno.EINVAL),
        (b"../root", errno.EINVAL),
        (b"d/../d", errno.EINVAL),
        (b"/d", errno.EINVAL),
        (b"d//e", errno.EINVAL),
        (b"d/", errno.EINVAL),
        (b"./d", errno.EINVAL),
        (b"d\x00e", errno.EINVAL),
        (b"d/" * MOST_PATH_BYTES + b"d", errno.ENAMETOOLONG),
    ],
)
def test_every_other_way_is_refused_with_its_reason(root, path, number):
    with pytest.raises(OSError, match=r".") as caught:
        open_directory_beneath(root, path)
    assert caught.value.errno == number


@pytest.mark.usefixtures("call")
def test_nothing_stays_open_when_a_walk_fails(root):
    before = set(os.listdir("/proc/self/fd"))
    for path in (b"d/e/borta", b"d/link", b"d/e/" * 2_000 + b"x"):
        with pytest.raises(OSError, match=r"."):
            open_directory_beneath(root, path)
    assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.usefixtures("call")
def test_a_path_longer_than_the_kernel_takes_at_once_is_opened(root):
    name = b"d" * 200
    at = os.dup(root)
    for _ in range(40):
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    descriptor = open_directory_beneath(root, b"/".join([name] * 40))
    assert os.path.samestat(os.fstat(descriptor), os.fstat(at))
    os.close(descriptor)
    os.close(at)


def test_a_mount_is_not_entered(call):
    # /proc is another filesystem than / wherever these tests run.
    top = os.open("/", os.O_RDONLY)
    try:
        with pytest.raises(OSError, match=r".") as caught:
            open_directory_beneath(top, b"proc/self")
    finally:
        os.close(top)
    # The walk meets the mount at /proc, and never comes to the link below it.
    assert caught.value.errno == errno.EXDEV, call


@given(
    st.lists(st.sampled_from([b"", b".", b"..", b"a", b"...", b".a", b"\x00", b"\n"]), min_size=1)
)
def test_a_way_down_has_only_proper_names(steps):
    is_proper = all(step not in {b"", b".", b"..", b"\x00"} for step in steps)
    assert is_beneath(b"/".join(steps)) == is_proper
