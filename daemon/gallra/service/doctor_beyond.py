"""The doctor's look beyond shares and kernel: swap, the recycle bin, who is told, the registers."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

from gallra.host.disks import unencrypted_swap
from gallra.host.samba import Served
from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.errors import GallraError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.share import Share
from gallra.service.house import House
from gallra.service.notifications import outbox_of
from gallra.service.sending import waiting_in

WAITS_TOO_LONG = timedelta(days=8)
"""Longer than a weekly digest and a night of quiet hours: something is not sent."""


def swap(_: House, __: datetime) -> Iterator[Diagnosis]:
    """Yield whether what readers hold in memory may reach a disk in the clear."""
    areas = unencrypted_swap()
    yield Diagnosis(
        check="swap",
        gravity=Gravity.WARNING if areas else Gravity.GOOD,
        found=said("memory may be written to a disk in the clear: {areas}", areas=", ".join(areas))
        if areas
        else said("memory is not written to a disk in the clear"),
        remedy=said("encrypt the swap area, or do without: swapoff") if areas else None,
    )


def told(house: House, now: datetime) -> Iterator[Diagnosis]:
    """Yield whether people are reached, and whether what is to be told leaves the machine."""
    terms = house.schedule.notifications
    is_anybody_told = bool(terms.apprise_file or (terms.sender and terms.receivers))
    yield Diagnosis(
        check="notifications",
        gravity=Gravity.GOOD if is_anybody_told else Gravity.WARNING,
        found=said("people are told of what has to be done")
        if is_anybody_told
        else said("nobody is told of what has to be done: it stands in the journal alone"),
        remedy=None
        if is_anybody_told
        else said("fill in [notifications] and [[receiver]]: docs/how-to/be-told.md"),
    )
    waiting, _ = waiting_in(outbox_of(house))
    late = [each for each in waiting if now - each.notification.at > WAITS_TOO_LONG]
    if late:
        yield Diagnosis(
            check="outbox",
            gravity=Gravity.FAULT,
            found=said("{count} things that people are to be told were not sent", count=len(late)),
            remedy=said("see what the mail server says: gallra notify"),
        )


def registers(house: House, _: datetime) -> Iterator[Diagnosis]:
    """Yield whether the club's registers are there, where they were begun."""
    if not house.has_registers:
        return
    try:
        house.registers.untold()
    except GallraError as error:
        yield Diagnosis(
            check="registers",
            gravity=Gravity.FAULT,
            found=error.messages[0],
            remedy=said("put back a copy of registers.db from your backup"),
        )
    else:
        yield Diagnosis(
            check="registers",
            gravity=Gravity.GOOD,
            found=said("the registers of incidents, requests and consents can be read"),
            remedy=None,
        )


def recycled(house: House, share: Share, served: Served) -> Iterator[Diagnosis]:
    """Yield where deleted files go to a folder that no rule reaches."""
    folder = served.recycle_bin
    if folder is None or not folder.startswith("/"):
        return  # in the share itself: it is under the rules like everything there
    place = os.fsencode(folder.partition("%")[0].rstrip("/"))
    if any(
        place == each.path or place.startswith(each.path + b"/") for each in house.schedule.shares
    ):
        return
    yield Diagnosis(
        check="recycle-bin",
        gravity=Gravity.WARNING,
        found=said("what people delete goes to {path}, in no share: it stays", path=shown(folder)),
        remedy=said("let it go to a folder in the share: recycle:repository = .recycle/%U"),
        share=share.name,
    )
