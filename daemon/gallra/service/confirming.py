"""A person has looked at a plan and wants it carried out: the release of a brake."""

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed, Entry
from gallra.model.message import said
from gallra.model.record import Plan
from gallra.service import clock
from gallra.service.disposal import plan_at
from gallra.service.house import House
from gallra.service.shares import absent, look_at_shares

_SHORTEST = 8
"""So many hex digits of a plan's hash name it well enough for a person to type."""


def confirm(house: House, digest: str, *, by: str) -> Plan:
    """Note that a person has seen the plan of now, and wants this very plan carried out.

    Raises:
        WrongUseError: If the plan of now has another hash.
    """
    now = clock.now()
    gone = absent(look_at_shares(house, remembers=False))
    found = plan_at(house, now, absent_shares=gone)
    if not digest or not found.digest.startswith(digest) or len(digest) < _SHORTEST:
        raise WrongUseError(
            said(
                "{digest}: the plan is another one by now ({present}); look at it with"
                " gallra plan, then confirm that",
                digest=digest,
                present=found.digest,
            )
        )
    house.ledger.append(
        (
            Entry(
                deed=Deed.PLAN_CONFIRMED,
                rules_digest=house.schedule.digest,
                clear=(("plan", found.digest), ("by", by)),
            ),
        ),
        at=now,
    )
    house.catalogue.confirm_plan(found.digest, at=now)
    return found
