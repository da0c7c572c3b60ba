"""A person has looked at a plan and wants it carried out: the release of a brake."""

from dataclasses import dataclass

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed, Entry
from gallra.model.message import said
from gallra.model.record import Brake, Plan
from gallra.policy.brakes import CAPS, brakes
from gallra.service import clock
from gallra.service.disposal import circumstances, plan_at
from gallra.service.house import House
from gallra.service.shares import absent, look_at_shares

_SHORTEST = 8
"""So many hex digits of a plan's hash name it well enough for a person to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A plan that a person confirmed, and what holds it back all the same."""

    plan: Plan
    released: tuple[str, ...]
    holding: tuple[Brake, ...]


def confirm(house: House, digest: str, *, by: str, codes: tuple[str, ...] = CAPS) -> Confirmed:
    """Note that a person has seen the plan of now, and wants this very plan carried out.

    Args:
        house: Whose plan.
        digest: Its hash, or the first digits of it.
        by: Who has looked.
        codes: The brakes that are released; the limits of a day where nothing is said. A clock
            that was moved is another question, and asks for its own answer.

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
    entry = Entry(
        deed=Deed.PLAN_CONFIRMED,
        rules_digest=house.schedule.digest,
        clear=(("plan", found.digest), ("released", " ".join(codes)), ("by", by)),
    )
    house.ledger.append((entry,), at=now)
    house.catalogue.release_brakes(found.digest, codes, at=now)
    holding = brakes(found, circumstances(house, now, found), house.schedule)
    return Confirmed(plan=found, released=codes, holding=holding)
