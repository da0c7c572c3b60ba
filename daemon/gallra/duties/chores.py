"""What the daemon looks after in each round, besides what is due: every duty's own clock."""

from typing import Final

from gallra.duties import access_chores, consents, declarations, reminding, washes
from gallra.duties.digest import tell_digest
from gallra.duties.incident_clock import remind_of_incidents
from gallra.duties.mail_hygiene import look_at_mail
from gallra.duties.self_audits import remind_of_audit
from gallra.duties.separation import look_at_separation
from gallra.service.chores import Chore

CHORES: Final[tuple[Chore, ...]] = (
    remind_of_incidents,
    look_at_mail,
    washes.remind,
    consents.remind,
    declarations.remind,
    reminding.remind,
    access_chores.look_after,
    look_at_separation,
    remind_of_audit,
    tell_digest,
)
"""In the order in which they are done. Each is quick where nothing is to be done, and says what
it has to say through :func:`gallra.service.notifications.announce`."""
