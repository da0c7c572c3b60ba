"""The shares as they are now: there, missing, replaced; and what a pass over them found."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gallra.model.going import GoesOn, always
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.retention import Mode
from gallra.model.share import Share, ShareIdentity, ShareState
from gallra.report.counting import counted
from gallra.service.house import House
from gallra.watch.identity import look_at_share, write_marker
from gallra.watch.reconcile import Reconciled, Reconciler


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLook:
    """What a look at one share found."""

    share: Share
    state: ShareState

    @property
    def complaint(self) -> Message | None:
        """What to tell the admin; None where all is well."""
        path = shown(self.share.path)
        if self.state is ShareState.MISSING:
            return said(
                "{path}: share {share} is not there; everything about it is on hold until it is"
                " back: mount it, or correct its path in the rules",
                path=path,
                share=self.share.name,
            )
        if self.state is ShareState.REPLACED:
            return said(
                "{path}: another folder lies where share {share} was; everything about it is on"
                " hold: mount the right one, or run gallra share accept {share} if this is it",
                path=path,
                share=self.share.name,
            )
        return None


def look_at_shares(house: House, *, remembers: bool = True) -> tuple[ShareLook, ...]:
    """Look at every share's root, and remember what identifies one that is seen first.

    Without ``remembers`` nothing is written: for commands that only show something.
    """
    if remembers:
        house.catalogue.register_shares(house.schedule.shares)
    found = []
    for share in house.schedule.shares:
        remembered = house.catalogue.share_identity(share.name)
        state, identity = look_at_share(share, remembered)
        if remembers:
            state = _remembered(house, share, remembered, state, identity)
        found.append(ShareLook(share=share, state=state))
    return tuple(found)


def _remembered(
    house: House,
    share: Share,
    remembered: ShareIdentity | None,
    state: ShareState,
    identity: ShareIdentity | None,
) -> ShareState:
    if identity is not None and state is ShareState.PRESENT and not identity.marker:
        state, identity = _marked(house, share, remembered) or (state, identity)
    if state is ShareState.PRESENT and identity is not None and identity != remembered:
        house.catalogue.remember_share(share.name, identity)
    return state


def _marked(
    house: House, share: Share, remembered: ShareIdentity | None
) -> tuple[ShareState, ShareIdentity | None] | None:
    """Give a share a mark by which it is known again, once gallra may write; None if not.

    A filesystem's own identifier may change over a reboot (XFS), an inode over a restore; the
    mark does neither.
    """
    if house.schedule.mode is Mode.OBSERVE or not write_marker(share, secrets.token_hex(16)):
        return None
    state, identity = look_at_share(share, None)
    is_there = identity is not None and (
        remembered is None or identity.root_inode == remembered.root_inode
    )
    return (state, identity) if is_there else None


def absent(looks: tuple[ShareLook, ...]) -> frozenset[str]:
    """Return the names of the shares about which nothing may be done."""
    return frozenset(look.share.name for look in looks if look.state is not ShareState.PRESENT)


def present(looks: tuple[ShareLook, ...]) -> frozenset[str]:
    """Return the names of the shares that are there."""
    return frozenset(look.share.name for look in looks if look.state is ShareState.PRESENT)


def reconciler_of(
    house: House, looks: tuple[ShareLook, ...], *, goes_on: GoesOn = always
) -> Reconciler:
    """Return what compares the shares that are there with the catalogue."""
    present = tuple(look.share for look in looks if look.state is ShareState.PRESENT)
    return Reconciler(house.catalogue, present, excluded=not_theirs(house), goes_on=goes_on)


def not_theirs(house: House) -> tuple[bytes, ...]:
    """Return what no share holds although it may lie in one, whether it is there now or not.

    The state directory, and of every share of the rules its quarantine and itself: what lies
    in a share within another belongs to the inner one, also while that is missing.
    """
    shares = house.schedule.shares
    places = (place for share in shares for place in (share.path, share.quarantine, share.staging))
    return (os.fsencode(house.state.absolute()), *places)


def unreadable(share: Share, found: Reconciled) -> tuple[Message, ...]:
    """Return a complaint about each directory that could not be looked into."""
    mounts = (
        said(
            "{path}: another filesystem is mounted here; it is not looked after: make it a share"
            " of its own if it should be",
            path=shown(share.path + b"/" + path),
        )
        for path in found.mounts
    )
    return *mounts, *(
        said(
            "{path}: this folder cannot be read ({error}); nothing below it counts as gone,"
            " and nothing below it is looked after",
            path=shown(share.path + b"/" + path if path else share.path),
            error=os.strerror(number),
        )
        for path, number in found.unreadable
    )


def how_many_unreadable(share: Share, found: Reconciled) -> Message | None:
    """Return how many folders could not be looked into, never which; None where none.

    For the journal: a folder may be called after a member.
    """
    count = len(found.unreadable) + len(found.mounts)
    if not count:
        return None
    return counted(
        "{count} folder of share {share} cannot be read: gallra status names it",
        "{count} folders of share {share} cannot be read: gallra status names them",
        count=count,
        share=share.name,
    )


def next_dirty_at(house: House, looks: Sequence[ShareLook], now: datetime) -> datetime | None:
    """Return when something dirty is to be looked at next; ``None`` where nothing is dirty."""
    waiting = (
        house.catalogue.next_dirty_at(look.share.name)
        for look in looks
        if look.state is ShareState.PRESENT
    )
    earliest = min((each for each in waiting if each is not None), default=None)
    return None if earliest is None else max(earliest, now)
