"""What the yearly self-audit asks people, and by which clause."""

from typing import Final

from gallra.model.message import said
from gallra.model.self_audit import Question

QUESTIONS: Final = {
    Question.ROUTINE: (
        "F21",
        said("Was the routine gone through with the officer, and does it work as it is meant to?"),
    ),
    Question.RULES: (
        "F15",
        said("Are the classes and periods in the rules still right (gallra rules record)?"),
    ),
    Question.NAMES: (
        "F2, F3",
        said("Are the controller, the officer and the representatives in the rules today's?"),
    ),
    Question.TRAINING: ("F1", said("Was whoever is new shown the routine?")),
    Question.ACCESS: (
        "F6",
        said("Was it gone through who has access to shares, mailboxes and rooms?"),
    ),
    Question.DECLARATIONS: (
        "F17",
        said("Has each member of the nomination committee signed a declaration?"),
    ),
    Question.MAILINGS: ("U1, F11", said("Does everybody mail members as blind copy?")),
    Question.CONSENTS: (
        "U2",
        said("Is it passed on only with a written consent who is a member?"),
    ),
    Question.GIFTS: (
        "F16",
        said("Are members' gifts handed out so that nobody sees who is a member?"),
    ),
    Question.ELSEWHERE: (
        "F15",
        said("Were paper, phones, private mail and clouds cleared, where gallra does not reach?"),
    ),
    Question.HANDOVERS: ("F14", said("Did everybody who stepped down hand over?")),
    Question.ENCRYPTION: (
        "F20",
        said("Are computers and phones that hold members' data encrypted?"),
    ),
    Question.BACKUPS: (
        "F20",
        said("Was a copy put back to try it, and are old copies destroyed in their time?"),
    ),
    Question.INCIDENTS: ("F19", said("Does everybody know whom to tell of a breach, at once?")),
    Question.PROCESSORS: (
        "F1",
        said("Are there agreements with everybody who processes data for the club?"),
    ),
}
"""Every question, its clause first, in the order in which they are asked."""
