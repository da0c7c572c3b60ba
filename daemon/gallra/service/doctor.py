"""The doctor: what on this machine is missing or wrong, and what to do about it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from gallra.host import samba
from gallra.host.clocks import zone_name
from gallra.host.limits import WANTED_QUEUE, has_landlock, has_seccomp, watch_limits
from gallra.kernel.features import is_clock_synchronised
from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.errors import BrakeError
from gallra.model.message import Message, said
from gallra.model.share import Share
from gallra.service import clock, eyes
from gallra.service.doctor_beyond import recycled, registers, swap, told
from gallra.service.doctor_places import places
from gallra.service.house import House

CHECKPOINT_AGE = timedelta(days=35)
"""A checkpoint that is older says little about what was done since."""
_ROOM_FOR_MORE = 1.25
_WATCHES = "inotify-watches"
_QUEUE = "inotify-queue"


def examine(house: House) -> Iterator[Diagnosis]:
    """Yield what was found, sound or not, in the order in which a person reads it."""
    now = clock.now()
    refusal = _refused(house)
    if refusal is not None:
        yield refusal  # without its keys nothing else can be asked
        return
    house.catalogue.register_shares(house.schedule.shares)
    for share in house.schedule.shares:
        yield from places(house, share)
        yield from _served(house, share)
    for look in (_watches, _time, _ledger, registers, _sandbox, _sight, swap, told):
        yield from look(house, now)


def _refused(house: House) -> Diagnosis | None:
    """Return what is wrong with the secret, where it is not the one of this ledger."""
    try:
        _ = house.keys
    except BrakeError as error:
        remedy = said("put the secret back from its backup; then gallra doctor looks at the rest")
        return _diagnosis("secret", Gravity.FAULT, error.messages[0], remedy)
    return None


def _watches(house: House, _: datetime) -> Iterator[Diagnosis]:
    limits = watch_limits()
    if limits is None:
        yield _diagnosis(
            _WATCHES,
            Gravity.UNKNOWN,
            said("the kernel does not tell here how many folders may be watched"),
            said("run gallra doctor outside the service"),
        )
        return
    count = sum(house.catalogue.directory_count(share.name) for share in house.schedule.shares)
    remedy = said("let what was installed count: sysctl -p /usr/lib/sysctl.d/60-gallra.conf")
    yield _judged(
        _WATCHES,
        limits.watch_count >= count * _ROOM_FOR_MORE,
        Gravity.WARNING,
        said(
            "{limit} folders may be watched, and the shares have {count}",
            limit=limits.watch_count,
            count=count,
        ),
        remedy,
    )
    yield _judged(
        _QUEUE,
        limits.queued_event_count >= WANTED_QUEUE,
        Gravity.WARNING,
        said(
            "the kernel keeps {count} changes until they are read; {wanted} are enough for a"
            " storm, and what is lost is found by the next scan",
            count=limits.queued_event_count,
            wanted=WANTED_QUEUE,
        ),
        remedy,
    )


def _time(house: House, _: datetime) -> Iterator[Diagnosis]:
    try:
        is_kept = is_clock_synchronised()
    except OSError:
        yield _diagnosis(
            "clock",
            Gravity.UNKNOWN,
            said("the kernel does not tell whether the clock is kept right"),
            said("see: timedatectl"),
        )
    else:
        yield _judged(
            "clock",
            is_kept,
            Gravity.WARNING,
            said("the clock is kept right by time servers")
            if is_kept
            else said("nobody keeps the clock right; periods count from it"),
            said("switch time servers on: timedatectl set-ntp true"),
        )
    wanted, found = house.schedule.organisation.timezone, zone_name()
    yield _judged(
        "time-zone",
        found == wanted,
        Gravity.WARNING if found is not None else Gravity.UNKNOWN,
        said(
            "the machine's time zone is {found}, the organisation's is {wanted}",
            found=found or "?",
            wanted=wanted,
        ),
        said(
            "days count in the organisation's, so nothing goes wrong; to have the same in the"
            " journal: timedatectl set-timezone {wanted}",
            wanted=wanted,
        ),
    )


def _ledger(house: House, now: datetime) -> Iterator[Diagnosis]:
    verification = house.ledger.verify()
    yield _judged(
        "ledger",
        verification.is_good,
        Gravity.FAULT,
        said("the ledger verifies, all {count} entries", count=verification.entry_count)
        if verification.is_good
        else said("the ledger does not verify, so nothing is moved or destroyed"),
        said("see what gallra log verify says, and bring the ledger back from its backup"),
    )
    signed_at = house.ledger.signed_at
    if signed_at is None:
        return
    age = now - signed_at
    yield _judged(
        "checkpoint",
        age <= CHECKPOINT_AGE,
        Gravity.WARNING,
        said("the last signed checkpoint is {days} days old", days=max(0, age.days)),
        said("write one and give it to the auditor: gallra log checkpoint"),
    )


def _sandbox(house: House, _: datetime) -> Iterator[Diagnosis]:
    remedy = said("use Debian's own kernel, 5.13 or newer")
    kernel: tuple[tuple[str, Callable[[], bool], Message, Message], ...] = (
        (
            "landlock",
            has_landlock,
            said("readers of documents are shut out of all files"),
            said("this kernel has no Landlock: readers of documents are less well shut in"),
        ),
        (
            "seccomp",
            has_seccomp,
            said("readers of documents may start no program and speak to no network"),
            said("this kernel has no seccomp filters: readers of documents are less well shut in"),
        ),
    )
    for check, has, good, bad in kernel:
        is_good = has()
        yield _judged(check, is_good, Gravity.FAULT, good if is_good else bad, remedy)
    for complaint in house.catalogue.confinement() or ():
        yield _diagnosis(
            "sandbox",
            Gravity.FAULT,
            complaint,
            said("see docs/how-to/install.md, and start the service again"),
        )


def _sight(_: House, __: datetime) -> Iterator[Diagnosis]:
    complaint = eyes.complaint()
    yield _judged(
        "ocr",
        complaint is None,
        Gravity.WARNING,
        complaint or said("scanned pages are read, in Swedish and Norwegian"),
        said("apt install tesseract-ocr tesseract-ocr-swe tesseract-ocr-nor bubblewrap"),
    )


def _served(house: House, place: Share) -> Iterator[Diagnosis]:
    share = place.name
    try:
        found = samba.served(place.path)
    except samba.SambaError:
        yield _diagnosis(
            "smb",
            Gravity.UNKNOWN,
            said("the configuration of the file server cannot be read"),
            said("see: testparm"),
            share=share,
        )
        return
    for each in found or ():
        for check, is_good, good, bad, remedy in (
            (
                "smb-encryption",
                each.is_encryption_required,
                said("clients must encrypt what they send"),
                said("clients may read and write over the network in the clear"),
                said("set in smb.conf: server smb encrypt = required"),
            ),
            (
                "smb-signing",
                each.is_signing_required,
                said("what clients send must be signed"),
                said("what clients send may be changed on its way"),
                said("set in smb.conf, [global]: server signing = mandatory"),
            ),
            (
                "smb-guests",
                not each.is_open_to_guests,
                said("only those who log in reach the share"),
                said("anybody on the network reaches the share without a password"),
                said("set in smb.conf: guest ok = no"),
            ),
        ):
            yield _judged(check, is_good, Gravity.WARNING, good if is_good else bad, remedy, share)
        yield from recycled(house, place, each)
        if each.has_snapshots:
            yield _diagnosis(
                "snapshots",
                Gravity.WARNING,
                said("the file server keeps snapshots: what gallra destroys lives on in them"),
                said("let snapshots end within the dwell, and say so in the routine"),
                share=share,
            )


def _diagnosis(
    check: str, gravity: Gravity, found: Message, remedy: Message, *, share: str | None = None
) -> Diagnosis:
    return Diagnosis(check=check, gravity=gravity, found=found, remedy=remedy, share=share)


def _judged(  # noqa: PLR0913, PLR0917 - a row of a table
    check: str,
    is_good: bool,  # noqa: FBT001 - a row of a table
    otherwise: Gravity,
    found: Message,
    remedy: Message,
    share: str | None = None,
) -> Diagnosis:
    return Diagnosis(
        check=check,
        gravity=Gravity.GOOD if is_good else otherwise,
        found=found,
        remedy=None if is_good else remedy,
        share=share,
    )
