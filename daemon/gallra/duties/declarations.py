"""The register of declarations of confidentiality: who promised, since when, until when."""

import pwd
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from gallra.duties import proofs
from gallra.duties.registering import Clear, Kept, Register
from gallra.model.consents import Declaration
from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.names import as_text, shown
from gallra.model.notification import Audience, Notification, Urgency
from gallra.policy.consents import holds_on
from gallra.policy.decide import day_of
from gallra.service import clock
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

REGISTER: Final = "declaration"
_REMIND: Final = timedelta(days=30)
_LOOKED: Final = "declarations_looked_on"


class Declarations:
    """All declarations of a house, ready to be asked about many accounts."""

    def __init__(self, house: House) -> None:
        """Take in the register and the rules; what is recorded later is not seen."""
        self._given = [kept.body for kept in register(house).all()]
        self._representatives = house.schedule.representatives

    def has(self, account: str | int, on: date) -> bool:
        """Tell whether whoever uses a system account has declared confidentiality.

        Args:
            account: Its name, or its number.
            on: The day on which the declaration must hold.
        """
        known = _called(account)
        names = {
            _folded(each.name)
            for each in self._representatives
            if known & {_folded(one) for one in each.accounts}
        }
        return any(
            holds_on(given, on)
            and (_folded(given.name) in names or known & {_folded(one) for one in given.accounts})
            for given in self._given
        )


def has_declaration(house: House, account: str | int, on: date) -> bool:
    """Tell whether an account's user declared; see :meth:`Declarations.has`."""
    return Declarations(house).has(account, on)


def register(house: House) -> Register[Declaration]:
    """Return the register of declarations."""
    return Register(house, REGISTER, Declaration)


def require(declaration: Declaration) -> None:
    """Make sure that a declaration can be recorded.

    Raises:
        WrongUseError: If its last day lies before its first.
    """
    until = declaration.until_on
    if until is not None and until < declaration.given_on:
        raise WrongUseError(said("the last day lies before the first"))


def record(house: House, declaration: Declaration) -> Kept[Declaration]:
    """Record a declaration, tell the ledger, and hold its proof while it stands.

    Raises:
        WrongUseError: See :func:`require`.
    """
    require(declaration)
    now = clock.now()
    kept = register(house).open(
        declaration, deed=Deed.DECLARATION_RECORDED, clear=_clear(declaration), opened_at=now
    )
    proofs.keep(
        house, declaration.proof, reference=_hold(kept.reference), by=declaration.by, at=now
    )
    return kept


def withdraw(house: House, reference: str, *, on: date, by: str, why: str) -> Kept[Declaration]:
    """Note that a declaration holds no more.

    Raises:
        WrongUseError: If there is none of that name, or it was withdrawn already.
    """
    kept = register(house).get(reference)
    if kept.body.withdrawn_on is not None:
        raise WrongUseError(said("{reference} was withdrawn already", reference=shown(reference)))
    kept = register(house).change(
        kept,
        replace(kept.body, withdrawn_on=on, withdrawn_why=why),
        deed=Deed.DECLARATION_WITHDRAWN,
        clear=(("on", on.isoformat()), ("by", by), ("reason", why)),
        closed_at=clock.now(),
    )
    proofs.release(house, reference=_hold(reference), by=by, why="withdrawn")
    return kept


def remind(house: House, voice: Voice, now: datetime) -> None:
    """Once a day, tell whose declaration ends soon: a chore of the daemon."""
    del voice  # what there is to say is announced
    today = day_of(now, house.schedule)
    if house.catalogue.meta(_LOOKED) == today.isoformat():
        return
    for kept in register(house).all(is_open=True):
        until = kept.body.until_on
        if until is None or until - _REMIND > today:
            continue
        announce(
            house,
            Notification(
                kind="declaration",
                audience=Audience.CLUB,
                urgency=Urgency.DIGEST,
                key=f"declaration {kept.reference} ends {until}",
                subject=said("declaration {reference} ends soon", reference=kept.reference),
                lines=(
                    said("Its last day is {day}: have it signed again.", day=until.isoformat()),
                ),
                at=now,
            ),
        )
    house.catalogue.set_meta(_LOOKED, today.isoformat())


def _called(account: str | int) -> set[str]:
    """Return the name and the number of an account, as far as this machine knows them."""
    text = str(account)
    try:
        entry = pwd.getpwuid(int(text)) if text.isdecimal() else pwd.getpwnam(text)
    except (KeyError, OverflowError):
        return {_folded(text)}
    return {_folded(text), _folded(entry.pw_name), str(entry.pw_uid)}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _hold(reference: str) -> str:
    return f"declaration {reference}"


def _clear(declaration: Declaration) -> Clear:
    proof = declaration.proof
    return (
        ("person", declaration.name),
        ("accounts", ", ".join(declaration.accounts) or None),
        ("given", declaration.given_on.isoformat()),
        ("until", declaration.until_on.isoformat() if declaration.until_on else None),
        ("proof", shown(as_text(proof.path)) if proof else None),
        ("sha256", proof.sha256 or None if proof else None),
        ("by", declaration.by),
    )
