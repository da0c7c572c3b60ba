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


def as_long_as_its_messages(
    container: Disposition, *, message_count: int, staying_count: int, refused_count: int
) -> Disposition:
    """Return the decision about a mailbox in quarantine: it is destroyed with all that is in it.

    Args:
        container: As it was decided on alone.
        message_count: All messages in it.
        staying_count: Those that are not to be destroyed now.
        refused_count: Those of these that the rules no longer let go.
    """
    if container.act is Act.REVIEW and message_count and not refused_count:
        # It was taken because every message in it was due, and that has not changed.
        own = said("it lies in quarantine with all messages in it; its own day has not come")
        return replace(container, act=Act.RETAIN, because=(own, *container.because[1:]))
    if container.act is not Act.DESTROY or not staying_count:
        return container
    inside = said(
        "messages in it ({count}) are not to be destroyed, and so it is not", count=staying_count
    )
    return replace(container, act=Act.REVIEW, because=(inside, *container.because))


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
