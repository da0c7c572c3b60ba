"""Whether a password was mailed to those who were mailed what it opens (F10)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.mailed import Mailed
from gallra.model.message import said
from gallra.policy.audience import Surroundings, audience, is_ours
from gallra.policy.hygiene import Lapse, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """As much of a message as has to be remembered until all were seen."""

    mailed: Mailed
    receivers: frozenset[str]


class Passwords:
    """Collects what was locked and what tells a password; few of all messages are either."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Begin with nothing seen."""
        self._surroundings = surroundings
        self._locked: list[_Sent] = []
        self._telling: list[_Sent] = []

    def see(self, mailed: Mailed) -> None:
        """Take note of one message, in whatever order they come."""
        is_locked = any(each.is_encrypted for each in mailed.attachments)
        if not (is_locked or mailed.facts.states_password):
            return
        if not is_ours(mailed, self._surroundings):
            return
        receivers = audience(mailed, self._surroundings)
        sent = _Sent(mailed=mailed, receivers=frozenset(each.who.address for each in receivers))
        if is_locked:
            self._locked.append(sent)
        if mailed.facts.states_password:
            self._telling.append(sent)

    def lapses(self) -> Iterator[Lapse]:
        """Yield each message that told a password to receivers of what it opens, once."""
        times: defaultdict[str, list[datetime]] = defaultdict(list)
        by_thread: defaultdict[str, list[_Sent]] = defaultdict(list)
        for locked in self._locked:
            for each in _thread(locked.mailed):
                by_thread[each].append(locked)
            if (at := locked.mailed.facts.sent_at) is not None:
                for receiver in locked.receivers:
                    times[receiver].append(at)
        for each_times in times.values():
            each_times.sort()
        locked_records = {each.mailed.record_id for each in self._locked}
        for telling in self._telling:
            is_same = telling.mailed.record_id in locked_records
            told = set(telling.receivers) if is_same else set()
            for each in _thread(telling.mailed):
                for locked in by_thread.get(each, ()):
                    told |= telling.receivers & locked.receivers
            at = telling.mailed.facts.sent_at
            if at is not None:
                told |= {
                    each
                    for each in telling.receivers
                    if _has_near(times.get(each, ()), at, self._surroundings.password_within)
                }
            if told:
                yield _lapse(telling.mailed, frozenset(told), is_same=is_same)


def _thread(mailed: Mailed) -> tuple[str, ...]:
    """Return what names the conversation that a message stands in."""
    own = (mailed.facts.message_id,) if mailed.facts.message_id else ()
    return (*own, *mailed.facts.references)


def _has_near(times: Sequence[datetime], at: datetime, within: timedelta) -> bool:
    """Tell whether one of ``times``, which are sorted, is near ``at``."""
    place = bisect_left(times, at)
    return any(abs(each - at) <= within for each in times[max(0, place - 1) : place + 1])


def _lapse(mailed: Mailed, told: frozenset[str], *, is_same: bool) -> Lapse:
    if is_same:
        what = said(
            "a password was sent in the same message as what it opens, to {count} receivers",
            count=len(told),
        )
    else:
        what = said(
            "a password was mailed to receivers of a locked attachment: {count} of them",
            count=len(told),
        )
    return Lapse(
        mailed=mailed,
        finding=Finding(
            kind=FindingKind.PASSWORD_BY_MAIL,
            gravity=Gravity.SERIOUS,
            clause="F10",
            share=mailed.share,
            path=mailed.path,
            part=mailed.part,
            key=key_of(mailed),
            what=what,
            advice=said(
                "who can read the one can read the other: lock the document anew with another"
                " password, and give that by SMS or telephone"
            ),
            person_count=0,
            happened_at=mailed.facts.sent_at,
        ),
        exposed_to=told,
    )
