"""Decisions that do not follow from what is known of a record: not carried out.

A byte of the catalogue that is not what it was can make a record due early. Its class and its day
follow from other columns, so that the two contradict each other then; looking costs nothing that
can be noticed, since only what is about to be done is looked at.
"""

from collections.abc import Sequence

from gallra.model.message import Message
from gallra.model.record import Disposition
from gallra.report.counting import counted
from gallra.service import clock
from gallra.service.house import House
from gallra.service.judging import judge


def believed(
    house: House, dispositions: Sequence[Disposition]
) -> tuple[list[Disposition], tuple[Message, ...]]:
    """Return the decisions about files in their shares that are to be carried out.

    The files of the others are read again first; the sentence tells how many they are.
    """
    judged = judge((each.item.record for each in dispositions), house)
    sound: list[Disposition] = []
    doubtful: set[int] = set()
    for disposition, (_, classification, due) in zip(dispositions, judged, strict=True):
        item = disposition.item
        if (item.classification.class_code, item.due.due_on) == (
            classification.class_code,
            due.due_on,
        ):
            sound.append(disposition)
        else:
            doubtful.add(item.file_id)
    if not doubtful:
        return sound, ()
    house.catalogue.read_again(doubtful, at=clock.now())
    told = counted(
        "{count} file was left alone: what the catalogue says of it contradicts itself, so it is"
        " read again first",
        "{count} files were left alone: what the catalogue says of them contradicts itself, so"
        " they are read again first",
        count=len(doubtful),
    )
    return [each for each in sound if each.item.file_id not in doubtful], (told,)
