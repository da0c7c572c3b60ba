"""The message or file that shows a consent or a declaration: found, known again, kept."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime

from gallra.detect.addresses import address_in
from gallra.model.consents import Proof
from gallra.model.errors import WrongUseError
from gallra.model.event import Place
from gallra.model.finding import PartReport
from gallra.model.holding import About
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.record import Hold
from gallra.service.claims import places_named
from gallra.service.holding import lift_hold, place_hold
from gallra.service.house import House
from gallra.service.scanning import Scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A proof, and what the message says of itself."""

    proof: Proof
    sender_name: str = ""
    sender_address: str = ""
    sent_at: datetime | None = None


def proof_of(house: House, text: str) -> Shown:
    """Return the proof that ``text`` names: a file, or a message as ``FILE#msg:17``.

    Raises:
        OSError: If the file cannot be opened.
        WrongUseError: If it is not there, or there is no such message in it.
    """
    house.catalogue.register_shares(house.schedule.shares)
    place = next(places_named(text, house), None)
    part = place.part if place is not None else ""
    path = (
        os.path.join(house.schedule.roots[place.share], place.path)
        if place is not None
        else os.path.abspath(os.fsencode(text))
    )
    if not os.path.isfile(path):
        raise WrongUseError(
            said(
                "{path}: there is no such file, or no such message in it; a message in a mailbox"
                " is named as FILE#msg:17, once gallra scan has seen it",
                path=shown(text),
            )
        )
    with Scanner() as scanner:
        reports = scanner.reports(path, wants_text=True)
    report = next((each for each in reports if each.address == part), None)
    if part and report is None:
        raise WrongUseError(
            said("{path}: it changed since it was read; scan again", path=shown(text))
        )
    name, address, sent_at, message_id = _facts(report)
    return Shown(
        proof=Proof(
            share=place.share if place else "",
            path=place.path if place else path,
            part=part,
            message_id=message_id,
            sha256=place.sha256 if place and place.sha256 else _sha256(path),
        ),
        sender_name=name,
        sender_address=address,
        sent_at=sent_at,
    )


def keep(house: House, proof: Proof | None, *, reference: str, by: str, at: datetime) -> bool:
    """Place a hold on a proof while what it shows stands; return whether there is one now."""
    if proof is None or not proof.share:
        return False
    place = Place(share=proof.share, path=proof.path, part=proof.part)
    if proof.part:
        place = Place(share=proof.share, path=proof.path, part=proof.part, sha256=proof.sha256)
    place_hold(
        house,
        Hold(
            reference=reference,
            reason=f"proof of {reference}",
            placed_by=by,
            placed_at=at,
            about=About(places=(place,)),
        ),
    )
    return True


def release(house: House, *, reference: str, by: str, why: str) -> None:
    """Lift the hold on a proof, where there is one: its own class decides from then on."""
    with contextlib.suppress(WrongUseError):  # somebody lifted it already
        lift_hold(house, reference, by=by, why=why)


def _facts(report: PartReport | None) -> tuple[str, str, datetime | None, str]:
    if report is None or report.message is None:
        return "", "", None, ""
    headers = report.message
    address = address_in(headers.sender or "") or ""
    name = (headers.sender or "").partition("<")[0].strip().strip("\"'")
    return "" if "@" in name else name, address, headers.sent_at, headers.message_id or ""


def _sha256(path: bytes) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
