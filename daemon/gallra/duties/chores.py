"""What the daemon looks after in each round, besides what is due: every duty's own clock."""

from typing import Final

from gallra.duties import washes
from gallra.duties.digest import tell_digest
from gallra.service.chores import Chore

CHORES: Final[tuple[Chore, ...]] = (washes.remind, tell_digest)
"""In the order in which they are done. Each is quick where nothing is to be done, and says what
it has to say through :func:`gallra.service.notifications.announce`."""
