"""The outbox: what people are to be told, put where the sender finds it. Nothing is sent here."""

import hashlib
import os
from pathlib import Path

import msgspec

from gallra.model.notification import Notification
from gallra.service.house import House
from gallra.store.outbox import publish

OUTBOX = "outbox"
_MODE = 0o640
_encoder = msgspec.json.Encoder()


def outbox_of(house: House) -> Path:
    """Return the folder in which what is to be told waits."""
    return house.state / OUTBOX


def announce(house: House, notification: Notification) -> bool:
    """Have ``notification`` told to whom it is for; return whether that is new.

    What was announced under the same key already is not announced again.
    """
    key = f"told {hashlib.sha256(notification.key.encode()).hexdigest()[:32]}"
    if house.catalogue.meta(key) is not None:
        return False
    folder = outbox_of(house)
    folder.mkdir(mode=0o750, exist_ok=True)
    name = f"{notification.at.timestamp():017.6f}-{os.urandom(8).hex()}.json"
    publish(folder / name, _encoder.encode(notification), mode=_MODE)
    house.catalogue.set_meta(key, notification.at.isoformat())
    return True
