"""Notes in folders: what is to stand where, from what lies in quarantine now.

Told anew each time from the catalogue, and only what differs is written: so a note follows
whatever happens, and what a crash or a full disk left undone is done the next time.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from gallra.dispose.hand import Hand
from gallra.dispose.note_states import Wanted
from gallra.model.errors import DurabilityError, GallraError
from gallra.model.message import Message
from gallra.model.retention import Mode
from gallra.model.share import Share, ShareState
from gallra.report.folder_notes import Absent, Gone, last_day, names_kept, stem, text_of
from gallra.service.disposal import hand_of
from gallra.service.house import House
from gallra.service.shares import look_at_shares
from gallra.service.voice import Voice
from gallra.store.folder_notes import Taken
from gallra.store.shelf import parted


def tend_notes(house: House) -> tuple[Message, ...]:
    """Bring the notes of every share that is there to what they should be.

    Use it after whatever was done, and outside ``house.acting()``.

    Returns:
        Why a note is not as it should be; no act is any different for it.

    Raises:
        DurabilityError: If the disk did not confirm: nothing more is to be done now.
        OccupiedError: If another process acts, and does not come to an end.
    """
    if not any(_is_concerned(house, share) for share in house.schedule.shares):
        return ()
    with house.acting():
        return _tended(house, hand_of(house))


def tend_notes_aloud(house: House, voice: Voice) -> None:
    """Do the same, and say once what does not succeed; raises the same."""
    for complaint in tend_notes(house):
        voice.say_once(f"note {complaint.in_english()}", complaint)


def _tended(house: House, hand: Hand) -> tuple[Message, ...]:
    complaints: list[Message] = []
    for look in look_at_shares(house, remembers=False):
        share = look.share
        if look.state is not ShareState.PRESENT or not _is_concerned(house, share):
            continue
        wanted = _wanted(house, hand, share) if share.has_notes else ()
        may_begin = house.schedule.mode is Mode.ENFORCE
        try:
            complaints += hand.leave_notes(share.name, wanted, may_begin=may_begin)
        except DurabilityError:
            raise
        except GallraError as error:
            complaints += error.messages
    return tuple(complaints)


def _is_concerned(house: House, share: Share) -> bool:
    return share.has_notes or bool(house.catalogue.folder_notes(share.name))


def _wanted(house: House, hand: Hand, share: Share) -> Iterator[Wanted]:
    language = share.language or house.schedule.organisation.language
    title = stem(language)
    for path, absent, newest_at in _absences(house, hand, share.name):
        content = text_of(absent, house.schedule, language)
        yield Wanted(path=path, stem=title, content=content, newest_at=newest_at)


def _absences(house: House, hand: Hand, share: str) -> Iterator[tuple[bytes, Absent, datetime]]:
    """Yield each folder out of which something was taken.

    Memory grows with the number of such folders, not with that of what was taken.
    """
    found: dict[bytes, tuple[Absent, datetime, dict[str, str]]] = {}
    same = groupby(
        house.catalogue.taken_from(share),
        key=lambda each: (each.path, bool(each.part), each.destroy_on if each.part else None),
    )
    for (path, is_mail, _), taken in same:
        folder, name = parted(path)
        for gone, some in _gone(name, taken, is_mail=is_mail):
            newest_at = max(each.quarantined_at for each in some)
            absent, before, objects = found.get(folder, (Absent(), newest_at, {}))
            if names_kept(absent.gone):
                absent.gone.append(gone)
                objects.update((each.object_name, each.class_code) for each in some[:1])
            else:
                absent.more_count += max(1, gone.message_count)
            found[folder] = (absent, max(before, newest_at), objects)
    for folder, (absent, newest_at, objects) in found.items():
        told = hand.tellable(share, folder, tuple(objects))
        absent.class_codes = {objects[name] for name in told}
        absent.is_more_unsaid = len(told) < len(objects) or bool(absent.more_count)
        yield folder, absent, newest_at


def _gone(
    name: bytes, taken: Iterator[Taken], *, is_mail: bool
) -> Iterator[tuple[Gone, list[Taken]]]:
    """Yield a line of a note each: one for a file, one for all messages of a mailbox and day."""
    if not is_mail:
        for each in taken:
            yield Gone(name=name, until=last_day(each.destroy_on)), [each]
        return
    some = list(taken)
    until = last_day(some[0].destroy_on)
    yield Gone(name=name, until=until, message_count=len(some)), some
