from collections.abc import Callable
from datetime import date

import pytest

from gallra.detect.engine import Detector
from gallra.model.finding import Detection
from gallra.model.passage import Outcome, Part, Passage

KEYS = {
    entity: entity.encode().ljust(32, b".")[:32]
    for entity in ("PERSON", "SE_PERSONNUMMER", "EMAIL_ADDRESS", "PHONE_NUMBER", "NO_FODSELSNUMMER")
}


def part(*passages: str, kind: str = "txt", stated_on: date | None = None) -> Part:
    return Part(
        address="",
        kind=kind,
        outcome=Outcome.READ,
        passages=tuple(Passage(where="body", text=text) for text in passages),
        stated_on=stated_on,
    )


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector(digest_keys=KEYS)


@pytest.fixture(scope="session")
def ungated() -> Detector:
    return Detector(digest_keys=KEYS, is_gated=False)


@pytest.fixture
def find(detector: Detector) -> Callable[..., Detection]:
    def find(text: str, name: str = "") -> Detection:
        return detector.find(part(text), name=name)

    return find


@pytest.fixture
def found(detector: Detector) -> Callable[..., list[tuple[str, str]]]:
    def found(text: str, name: str = "") -> list[tuple[str, str]]:
        detection = detector.find(part(text), name=name)
        assert detection.incomplete is None
        return [(each.entity, text[each.start : each.end]) for each in detection.findings]

    return found
