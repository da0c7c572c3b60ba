"""What can go wrong, as data. One function in ``cli`` turns it into a sentence and an exit code."""

from enum import IntEnum

from gallra.model.message import Message


class ExitCode(IntEnum):
    """What a command's exit code means to the script that called it."""

    DONE = 0
    IN_PART = 1
    """Something remains, and it was said what."""
    WRONG = 2
    """Wrong use, or rules that do not hold: nothing was done."""
    BRAKE = 3
    """A safety brake holds: nothing destructive was done."""
    OCCUPIED = 4
    """Another instance is at work."""


class GallraError(Exception):
    """A refusal that an admin can act on: what, where, what next, in one sentence."""

    exit_code = ExitCode.IN_PART

    def __init__(self, *messages: Message) -> None:
        """Keep ``messages``, at least one, in the order in which they are to be read."""
        super().__init__(*(message.template for message in messages))
        self.messages = messages


class WrongUseError(GallraError):
    """The command or the rules cannot be understood; nothing was done."""

    exit_code = ExitCode.WRONG


class BrakeError(GallraError):
    """A safety brake holds."""

    exit_code = ExitCode.BRAKE


class OccupiedError(GallraError):
    """Another instance holds the state directory."""

    exit_code = ExitCode.OCCUPIED


class DurabilityError(GallraError):
    """The disk did not confirm a write: what is on it is unknown, so the run ends here."""


class LostCatalogueError(GallraError):
    """The catalogue is gone, or not ours: it has to be built anew before it is asked."""


class DamagedCatalogueError(LostCatalogueError):
    """The catalogue is not what was written."""
