"""The doctor's look at the folders: disks, room, and who may reach them."""

import os
from collections.abc import Iterator

from gallra.host.disks import Encryption, encryption_of, free_part
from gallra.host.exposure import exposure_of
from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.message import Message, said
from gallra.model.share import Share
from gallra.service import doctor_mounts
from gallra.service.house import House

_LEAST_PART = 0.05
_LEAST_BYTES = 2 * 1024**3


def places(house: House, share: Share) -> Iterator[Diagnosis]:
    """Yield what there is to say of a share's folder and its quarantine, and of the state."""
    if share is house.schedule.shares[0]:
        yield from _state(house)
    try:
        yield from doctor_mounts.mounted(house, share)
        yield from _folder(share)
    except OSError as error:
        yield Diagnosis(
            check="share",
            gravity=Gravity.FAULT,
            found=said("the share cannot be reached: {error}", error=os.strerror(error.errno or 0)),
            remedy=said("mount it, or correct its path in the rules"),
            share=share.name,
        )


def _folder(share: Share) -> Iterator[Diagnosis]:
    yield _disk(share.path, share.name)
    yield from _room(share.path, share.name)
    found = exposure_of(share.path)
    if found.can_others_write:
        yield Diagnosis(
            check="modes",
            gravity=Gravity.WARNING,
            found=said("every user of this machine may write in the share"),
            remedy=said("take that away: chmod o-w on the folder of the share"),
            share=share.name,
        )
    elif found.can_others_read:
        yield Diagnosis(
            check="modes",
            gravity=Gravity.WARNING,
            found=said("every user of this machine may list the share"),
            remedy=said("take that away: chmod o-rx on the folder of the share"),
            share=share.name,
        )
    else:
        yield _good("modes", said("only its owner and group reach the share"), share.name)


def _state(house: House) -> Iterator[Diagnosis]:
    state = os.fsencode(house.state.absolute())
    yield _disk(state, None)
    yield from _room(state, None)
    found = exposure_of(state)
    is_closed = not (found.can_others_read or found.can_others_write or found.named_count)
    yield Diagnosis(
        check="state-modes",
        gravity=Gravity.GOOD if is_closed else Gravity.FAULT,
        found=said("only gallra reaches its state")
        if is_closed
        else said("others can reach gallra's state, which knows what every file is about"),
        remedy=None if is_closed else said("close it: chmod 700 on the folder of the state"),
    )
    rules = exposure_of(os.fsencode(house.rules.absolute()))
    if rules.can_others_write:
        yield Diagnosis(
            check="rules-modes",
            gravity=Gravity.FAULT,
            found=said("every user of this machine may change the rules"),
            remedy=said("take that away: chmod o-w on the rules"),
        )


def _disk(path: bytes, share: str | None) -> Diagnosis:
    told: dict[Encryption, tuple[Gravity, Message]] = {
        Encryption.ENCRYPTED: (Gravity.GOOD, said("the disk is encrypted")),
        Encryption.PLAIN: (
            Gravity.WARNING,
            said("the disk is not encrypted: whoever takes it can read everything"),
        ),
        Encryption.REMOTE: (
            Gravity.UNKNOWN,
            said("the disk is in another machine; whether it is encrypted is known there"),
        ),
        Encryption.UNKNOWN: (
            Gravity.UNKNOWN,
            said("whether the disk is encrypted cannot be found out here"),
        ),
    }
    gravity, found = told[encryption_of(path)]
    remedy = said("encrypt it (LUKS) when the machine is set up the next time")
    return Diagnosis(
        check="disk-encryption",
        gravity=gravity,
        found=found,
        remedy=remedy if gravity is Gravity.WARNING else None,
        share=share,
    )


def _room(path: bytes, share: str | None) -> Iterator[Diagnosis]:
    free, total = free_part(path)
    if not total:
        return
    is_enough = free >= _LEAST_BYTES or free >= total * _LEAST_PART
    yield Diagnosis(
        check="free-space",
        gravity=Gravity.GOOD if is_enough else Gravity.WARNING,
        found=said(
            "{percent} % of the disk is free ({size} GB)",
            percent=int(100 * free / total),
            size=round(free / 1024**3, 1),
        ),
        remedy=None if is_enough else said("make room: a full disk stops everything"),
        share=share,
    )


def _good(check: str, found: Message, share: str | None) -> Diagnosis:
    return Diagnosis(check=check, gravity=Gravity.GOOD, found=found, share=share)
