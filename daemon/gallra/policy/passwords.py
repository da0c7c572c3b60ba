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
from gallra.policy.lapse import Lapse, key_of


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
        locks = _Locks(self._locked, self._surroundings.password_within)
        for telling in self._telling:
            is_same = locks.is_one(telling.mailed)
            told = telling.receivers if is_same else locks.receivers_of(telling)
            if told:
                yield _lapse(telling.mailed, frozenset(told), is_same=is_same)


class _Locks:
    """What was locked, found by conversation and by receiver and time."""

    def __init__(self, locked: Sequence[_Sent], within: timedelta) -> None:
        self._within = within
        self._records = {each.mailed.record_id for each in locked}
        self._times: defaultdict[str, list[datetime]] = defaultdict(list)
        self._by_thread: defaultdict[str, list[_Sent]] = defaultdict(list)
        for sent in locked:
            for name in _thread(sent.mailed):
                self._by_thread[name].append(sent)
            if (at := sent.mailed.facts.sent_at) is not None:
                for receiver in sent.receivers:
                    self._times[receiver].append(at)
        for times in self._times.values():
            times.sort()

    def is_one(self, mailed: Mailed) -> bool:
        """Tell whether something is locked in a message itself."""
        return mailed.record_id in self._records

    def receivers_of(self, telling: _Sent) -> set[str]:
        """Return those who were told a password and have what is taken to be opened by it."""
        told: set[str] = set()
        for name in _thread(telling.mailed):
            for locked in self._by_thread.get(name, ()):
                told |= telling.receivers & locked.receivers
        at = telling.mailed.facts.sent_at
        if at is None:
            return told
        return told | {
            each
            for each in telling.receivers
            if _has_near(self._times.get(each, ()), at, self._within)
        }


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
            "a password was sent in the same message as what it opens; receivers: {count}",
            count=len(told),
        )
    else:
        what = said(
            "a password was mailed to receivers of a locked attachment: {count}",
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
