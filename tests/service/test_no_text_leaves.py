# ruff: noqa: E501 - the secrets stand side by side
"""No text leaves the worker: what it sends for detection holds nothing of what it read."""

import pytest

from gallra.detect.engine import Detector
from gallra.detect.mailing import MailReader
from gallra.detect.marks import Marker
from gallra.model.event import MARKS, MESSAGE_ID, SUBJECT_LINE
from gallra.model.passage import MessageHeaders, Outcome, Part, Passage
from gallra.service.channel import Job, Reports, packed
from gallra.service.worker import _Finder, _report
from gallra.store.keys import Keys

SECRETS = (
    "Maja", "Zxqwertson", "850101-9809", "8501019809", "maja.zx@example.se", "070-174 06 05", "701740605",
    "Storgatan", "sjukskriven", "Unionen", "6433.81.78075", "64338178075", "34 500", "4711234", "Kvartssand",
)  # fmt: skip
TEXT = (
    "Hej Maja Zxqwertson, personnr 850101-9809, ring 070-174 06 05 eller maja.zx@example.se.\n"
    "Du bor på Storgatan 5, 123 45 Malmö, är sjukskriven och medlem i Unionen, medlemsnr 4711234.\n"
    "Kontonummer 6433.81.78075, lön 34 500 kr. Kvartssand."
)
ENTITIES = (
    "PERSON", "SE_PERSONNUMMER", "PHONE_NUMBER", "EMAIL_ADDRESS", "POSTAL_ADDRESS", "MEMBER_NUMBER",
    "NO_KONTONUMMER", "SALARY", "ORGANIZATION", "LOCATION",
)  # fmt: skip
HEADERS = MessageHeaders(
    message_id="<1@example.se>",
    sent_at=None,
    sender="Maja Zxqwertson <maja.zx@example.se>",
    to=("Maja Zxqwertson <maja.zx@example.se>",),
    subject="Maja Zxqwertson är sjukskriven",
    attachments=("Kvartssand.docx",),
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(digest_keys={each: each.encode().ljust(32, b".") for each in ENTITIES})


def frame(detector: Detector, job: Job, *, message: MessageHeaders | None) -> bytes:
    part = Part(
        address="msg:1",
        kind="txt",
        outcome=Outcome.READ,
        passages=(Passage(where="body", text=TEXT),),
        message=message,
    )
    marker = Marker({mark: mark.encode().ljust(32, b".") for mark in MARKS})
    mail = MailReader(Keys(bytes(32)).digest_keys())
    return packed(Reports((_report(_Finder(detector, marker, mail), part, job),)))


@pytest.mark.parametrize("wants_findings", [False, True])
@pytest.mark.parametrize("message", [None, HEADERS])
def test_frames_of_detection_hold_digests_and_nothing_of_the_text(
    detector, wants_findings, message
):
    sent = frame(detector, Job(name="x.mbox", wants_findings=wants_findings), message=message)
    assert b"SE_PERSONNUMMER" in sent
    of_messages = {MESSAGE_ID, SUBJECT_LINE}
    assert all((mark.encode() in sent) is (message is not None) for mark in of_messages)
    assert any(mark.encode() in sent for mark in MARKS - of_messages)
    for secret in SECRETS:
        assert secret.encode() not in sent
        assert secret.lower().encode() not in sent


def test_what_is_sought_would_be_seen_where_a_person_asked_for_the_text(detector):
    sent = frame(detector, Job(name="x.mbox", wants_text=True), message=HEADERS)
    for secret in SECRETS:
        if secret in TEXT:
            assert secret.encode() in sent
