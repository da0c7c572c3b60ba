"""What is done with a mailbox and the messages in it, once each has been looked at alone.

A message of an mbox has bytes of its own, and is cut out of its mailbox; the rest stays as it
is. Where a mailbox cannot be cut (pst, olm), it goes as one file when every message in it is
due, and a person is shown it when only some are.
"""

from dataclasses import dataclass, field, replace

from gallra.model.message import Message, said
from gallra.model.record import Act, Disposition
from gallra.model.retention import Action
from gallra.policy.conditions import is_fully_read
from gallra.policy.decide import is_kept_by_class
from gallra.policy.former import Deciding

_FOR_A_PERSON = frozenset({Act.REVIEW, Act.ALERT})
_ALONE = said("its mailbox is not known any more: a person decides")
_NOT_CUT = said("it cannot be cut out of its mailbox, which is shown to a person")
_GOES_ALONG = said("it goes with its mailbox")


@dataclass(slots=True)
class Mailbox:
    """What was decided about a mailbox and the messages in it."""

    container: Disposition | None = None
    due: list[Disposition] = field(default_factory=list)
    remaining_count: int = 0
    """Messages that are not due for destruction."""
    is_kept_by_one: bool = False
    """Whether one of these keeps the whole of it, whatever reviewers say."""

    def settled(self, decider: Deciding) -> list[Disposition]:
        """Return the decisions about the container and the messages that are due."""
        found = self._settled(decider)
        if self.container is None or self.is_kept_by_one:
            return found
        reviewed = decider.decider.reviewed(found[0])
        if reviewed.act is not Act.QUARANTINE or found[0].act is not Act.REVIEW:
            return [reviewed, *found[1:]]
        if decider.stopped_by(reviewed.item) is not None:
            return found
        return [reviewed, *(with_mailbox(message) for message in self.due)]

    def _settled(self, decider: Deciding) -> list[Disposition]:
        """Return what the rules alone make of it."""
        if self.container is None:
            return [_for_review(message, _ALONE) for message in self.due]
        if not self.due:
            return [_as_container(self.container, self.remaining_count)]
        stopped = decider.stopped_by(self.container.item)
        if stopped is not None:
            staying = _as_container(self.container, self.remaining_count + len(self.due))
            return [staying, *(_stopped(message, *stopped) for message in self.due)]
        obstacle = _obstacle(self.container)
        if obstacle is not None:
            staying = _as_container(self.container, self.remaining_count + len(self.due))
            return [staying, *(_for_review(message, obstacle) for message in self.due)]
        return self._taken_of(self.container)

    def _taken_of(self, container: Disposition) -> list[Disposition]:
        """Return the decisions where nothing stands against taking messages, or all of it."""
        can_cut = all(message.item.record.span is not None for message in self.due)
        if self._goes_whole(container, can_cut=can_cut):
            every = said("all {count} messages in it are due", count=len(self.due))
            going = replace(
                container,
                act=Act.QUARANTINE,
                then=Action.DESTROY,
                because=(every, *self.due[0].because),
            )
            return [going, *(with_mailbox(message) for message in self.due)]
        if can_cut:
            return [_cut(container, len(self.due)), *self.due]
        return [
            _uncut(container, len(self.due)),
            *(
                replace(message, act=Act.RETAIN, because=(_NOT_CUT, *message.because))
                for message in self.due
            ),
        ]

    def _goes_whole(self, container: Disposition, *, can_cut: bool) -> bool:
        """Tell whether it goes as one file: where it can be cut, only if it is due itself.

        A mail program expects its mailbox to be there: emptied, it stays as an empty file.
        """
        if self.remaining_count or not is_fully_read(container.item.record):
            return False
        return not can_cut or container.act is Act.QUARANTINE


def _obstacle(container: Disposition) -> Message | None:
    """Return why nothing can be taken of a mailbox, if nothing can."""
    item = container.item
    if container.then is Action.KEEP and item.classification.rule_number is not None:
        return said("its mailbox is kept")
    if item.signature.link_count > 1:
        return said("its mailbox has several names (hard links): a person decides")
    return None


def _stopped(message: Disposition, why: Message, held_by: tuple[str, ...]) -> Disposition:
    """Return the decision about a message whose mailbox is held, or not there."""
    because = (why, *message.because)
    return replace(message, act=Act.RETAIN, because=because, held_by=held_by)


def keeps_its_mailbox(decider: Deciding, message: Disposition) -> bool:
    """Tell whether a message that stays keeps its whole mailbox: a hold, a class, a minimum."""
    item = message.item
    found = decider.decider.classes.get(item.classification.class_code)
    is_early = item.due.due_on is None or item.due.due_on > decider.today
    return bool(message.held_by) or (
        found is not None
        and (found.then is Action.KEEP or (found.keep_at_least is not None and is_early))
    )


def with_mailbox(message: Disposition) -> Disposition:
    """Return the decision about a message whose fate is its mailbox's."""
    return replace(message, act=Act.RETAIN, because=(_GOES_ALONG, *message.because))


@dataclass(slots=True)
class TakenWhole:
    """What was decided about the messages in a mailbox that lies in quarantine whole."""

    message_count: int = 0
    staying_count: int = 0
    """Those that are not to be destroyed now."""
    refused_count: int = 0
    """Those of these that the rules no longer let go."""
    kept_count: int = 0
    """Those that keep the whole of it, whatever reviewers said: a class, a minimum, a hold."""
    asking_count: int = 0
    """Those about which the rules would ask a person, or tell one."""
    can_be_cut: bool = False
    """Whether one of them could have been cut out of it."""

    def take(self, message: Disposition, *, is_kept: bool) -> None:
        """Take the decision about one message in."""
        self.message_count += 1
        self.staying_count += not message.act.is_destructive
        self.refused_count += message.act is Act.REVIEW
        self.kept_count += is_kept
        self.asking_count += message.then is not Action.DESTROY or message.item.due.is_for_a_person
        self.can_be_cut |= message.item.record.span is not None

    def settled(self, container: Disposition, decider: Deciding) -> Disposition:
        """Return the decision about the mailbox: it is destroyed with all that is in it.

        Args:
            container: As it was decided on alone.
            decider: Who decided.
        """
        if container.act is Act.DESTROY:
            # What reviewers let go, they let go with all in it, but for what nobody may.
            staying = self.kept_count if container.approved_by else self.staying_count
            return _staying_for(container, staying, Act.REVIEW) if staying else container
        is_refused = (
            not self.message_count
            or self.refused_count
            or is_kept_by_class(container.item, container.then)
        )
        if container.act is not Act.REVIEW or is_refused:
            return container
        return self._with_its_messages(container, decider)

    def _with_its_messages(self, container: Disposition, decider: Deciding) -> Disposition:
        """Return the decision about a mailbox whose own day has not come.

        It was taken because every message in it was due, and that has not changed: it goes as
        they do, by the same conditions as when it was taken.
        """
        item = container.item
        reasons = container.because[1:]
        if self.can_be_cut or item.destroy_on is None:
            own = said("it lies in quarantine with all messages in it; its own day has not come")
            return replace(container, act=Act.RETAIN, because=(own, *reasons))
        day = item.destroy_on.isoformat()
        if item.destroy_on > decider.today:
            lies = said("it lies in quarantine until {day}", day=day)
            return replace(container, act=Act.RETAIN, because=(lies, *reasons))
        staying = self._staying(container)
        if staying is not None:
            return staying
        stopped = decider.stopped_by(item)
        if stopped is not None:
            why, held_by = stopped
            because = (why, *reasons)
            return replace(container, act=Act.RETAIN, because=because, held_by=held_by)
        over = said("its time in quarantine ended on {day}", day=day)
        every = said("all {count} messages in it are due", count=self.message_count)
        because = (over, every, *reasons)
        return replace(container, act=Act.DESTROY, then=Action.DESTROY, because=because)

    def _staying(self, container: Disposition) -> Disposition | None:
        """Return the decision where it cannot go with its messages; else ``None``."""
        if not is_fully_read(container.item.record):
            unread = said("it was not read in full: a person decides, not a rule")
            return replace(container, because=(unread, *container.because))
        if self.asking_count:
            return _staying_for(container, self.asking_count, Act.REVIEW)
        if self.staying_count:
            return _staying_for(container, self.staying_count, Act.RETAIN)
        return None


def _staying_for(container: Disposition, count: int, act: Act) -> Disposition:
    inside = said("messages in it ({count}) are not to be destroyed, and so it is not", count=count)
    return replace(container, act=act, because=(inside, *container.because))


def _for_review(message: Disposition, why: Message) -> Disposition:
    return replace(message, act=Act.REVIEW, because=(why, *message.because))


def _cut(container: Disposition, count: int) -> Disposition:
    cut = said("messages that are due are cut out of it ({count}); the rest stays", count=count)
    return replace(container, act=Act.RETAIN, because=(cut, *container.because))


def _uncut(container: Disposition, count: int) -> Disposition:
    shown = said(
        "messages in it are due ({count}), and a message cannot be cut out of a mailbox of this "
        "kind: a person decides",
        count=count,
    )
    return replace(container, act=Act.REVIEW, because=(shown, *container.because))


def _as_container(container: Disposition, message_count: int) -> Disposition:
    """Return what is done with a mailbox of which nothing is taken."""
    if container.act in _FOR_A_PERSON and message_count and is_fully_read(container.item.record):
        own = said("each message in it has a class of its own, so there is nothing to decide on it")
        return replace(container, act=Act.RETAIN, because=(own, *container.because))
    if not container.act.is_destructive and container.act is not Act.WAIT:
        return container
    if message_count == 0:
        empty = said("no message in it is known: a person decides, not a rule")
        return replace(container, act=Act.REVIEW, because=(empty, *container.because))
    inside = said("messages in it are not due, so it stays", count=message_count)
    return replace(container, act=Act.RETAIN, because=(inside, *container.because))
