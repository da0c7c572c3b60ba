"""How the daemon speaks: to the terminal it runs in, and to journald where that is."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import TextIO

from gallra.dispose.done import Done
from gallra.model.errors import GallraError
from gallra.model.message import Message, Value, said
from gallra.report.language import translator
from gallra.report.refusals import sentences
from gallra.service import journal
from gallra.service.kinds import ACT, MESSAGE_IDS, message_id


class Weight(IntEnum):
    """How much a sentence matters, as syslog counts."""

    ALERT = 1
    ERROR = 3
    WARNING = 4
    NOTICE = 5
    INFO = 6


Herald = Callable[[str, Message, Weight], None]
"""Called with the topic, the sentence and its weight."""


class Voice:
    """Says each sentence once, in one language, wherever somebody may read it."""

    def __init__(self, language: str, *, stream: TextIO | None = None) -> None:
        """Speak ``language`` to ``stream`` (standard error), and to the journal."""
        self._say = translator(language)
        self._stream = stream if stream is not None else sys.stderr
        self._is_journal = _is_journal(self._stream)
        self._last: dict[str, str] = {}
        self.herald: Herald | None = None
        """Hears all that is said, besides."""

    def say(
        self,
        message: Message,
        weight: Weight = Weight.NOTICE,
        *,
        topic: str,
        **fields: Value | None,
    ) -> None:
        """Say ``message``. ``fields`` go to the journal alone; nothing personal belongs there."""
        named = {name.upper(): str(each) for name, each in fields.items() if each is not None}
        named["MESSAGE_ID"] = message_id(topic)
        self._speak(self._say(message), weight, named)
        if self.herald is not None:
            self.herald(topic, message, weight)

    def complain(self, refusal: GallraError, weight: Weight = Weight.ERROR, *, topic: str) -> None:
        """Say why something was refused, line by line."""
        for sentence in sentences(refusal, self._say):
            self._speak(sentence, weight, {"MESSAGE_ID": message_id(topic)})
        if self.herald is not None and weight is Weight.ALERT:
            for message in refusal.messages:
                self.herald(topic, message, weight)

    def _speak(self, text: str, weight: Weight, named: Mapping[str, str]) -> None:
        if not self._is_journal:
            print(text, file=self._stream, flush=True)
        journal.write(text, priority=weight, fields=named)

    def say_once(
        self,
        topic: str,
        message: Message,
        weight: Weight = Weight.WARNING,
    ) -> None:
        """Say ``message`` unless it is what was last said about ``topic``.

        The topic's first word is its kind, one of :data:`gallra.service.kinds.MESSAGE_IDS`.
        """
        text = self._say(message)
        if self._last.get(topic) == text:
            return
        self._last[topic] = text
        self.say(message, weight, topic=topic)

    def record_acts(self, acts: Iterable[Done]) -> None:
        """Tell the journal how each act ended, without the file's name."""
        for done in acts:
            self.record(
                said("an act on a file ended: {deed}", deed=done.deed),
                deed=done.deed,
                share=done.share,
                class_code=done.item.classification.class_code if done.item else None,
                ledger=done.sequence,
                quarantine=done.quarantine_id,
            )

    def record(self, message: Message, **fields: Value | None) -> None:
        """Write an act into the journal alone; nothing personal belongs into its fields."""
        named = {name.upper(): str(each) for name, each in fields.items() if each is not None}
        named["MESSAGE_ID"] = MESSAGE_IDS[ACT]
        journal.write(self._say(message), priority=Weight.NOTICE, fields=named)

    def forget(self, topic: str) -> bool:
        """Forget what was said about ``topic``, and tell whether anything was."""
        return self._last.pop(topic, None) is not None


def _is_journal(stream: TextIO) -> bool:
    """Tell whether what is printed to ``stream`` ends in the journal: then it is said once.

    Source: systemd.exec(5), ``$JOURNAL_STREAM``.
    """
    place = os.environ.get("JOURNAL_STREAM")
    if not place:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return place == f"{status.st_dev}:{status.st_ino}"
