"""Whether a message went out as it should: decided by digests, rules and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.duty import FindingKind, Gravity
from gallra.model.mailed import AttachmentFacts, Mailed
from gallra.model.mailing import Correspondent, Field, MailFacts
from gallra.model.passage import Direction
from gallra.model.people import Representative
from gallra.policy.audience import PRIVATE_PROVIDERS, Standing, Surroundings, audience, is_ours
from gallra.policy.hygiene import lapses
from gallra.policy.lapse import key_of
from gallra.policy.passwords import Passwords

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KARI = Representative(name="Kari", from_on=date(2026, 1, 1), until_on=date(2026, 12, 31))
HERE = Surroundings(
    representatives={"kari": (KARI,)},
    members=frozenset({"anna", "bo", "cilla"}),
    members_values=frozenset({"anna", "bo", "cilla", "name of anna", "number of anna"}),
    own=frozenset({"own"}),
    allowed=frozenset({"union"}),
    private=frozenset({"private"}),
    events=frozenset({"our day"}),
)
ADDRESSES = {
    "anna": "private",
    "bo": "own",
    "cilla": "elsewhere",
    "kari": "private",
    "boss": "own",
    "union": "union",
    "x": "private",
    "y": "private",
    "lawyer": "elsewhere",
}


def who(name, field=Field.TO):
    return Correspondent(field=field, address=name, domains=(ADDRESSES[name],))


def message(*to, cc=(), bcc=(), attendees=(), number=1, direction=Direction.SENT, **changes):
    fields = ((Field.TO, to), (Field.CC, cc), (Field.BCC, bcc), (Field.ATTENDEE, attendees))
    given_facts = {
        "message_id": f"id {number}",
        "sent_at": NOON,
        "sender": who("boss"),
        "recipients": tuple(who(name, field) for field, names in fields for name in names),
    }
    outside = {"attachments", "entities", "special_categories", "subjects"}
    facts = MailFacts(**{**given_facts, **{k: v for k, v in changes.items() if k not in outside}})
    return Mailed(
        record_id=number,
        share="epost",
        role="mail-export",
        path=b"Skickat.mbox",
        part=f"msg:{number}",
        direction=direction,
        facts=facts,
        **{k: v for k, v in changes.items() if k in outside},
    )


def found(mailed, here=HERE, values=()):
    return [
        (each.finding.kind, each.finding.gravity) for each in lapses(mailed, here, lambda _: values)
    ]


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("kari", Standing.REPRESENTATIVE),
        ("anna", Standing.MEMBER),
        ("bo", Standing.MEMBER),
        ("boss", Standing.OWN),
        ("union", Standing.ALLOWED),
        ("x", Standing.PRIVATE),
        ("lawyer", Standing.OUTSIDE),
    ],
)
def test_everybody_stands_somewhere(name, standing):
    assert HERE.standing_of(who(name), NOON.date()) is standing


def test_a_name_out_of_the_own_address_book_is_a_members_or_the_organisations_own():
    def named(name):
        return Correspondent(field=Field.TO, address=name)

    assert HERE.standing_of(named("name of anna"), None) is Standing.MEMBER
    assert HERE.standing_of(named("somebody"), None) is Standing.OWN
    assert HERE.standing_of(named("kari"), None) is Standing.REPRESENTATIVE


def test_who_left_office_is_a_representative_no_more():
    assert HERE.standing_of(who("kari"), date(2027, 1, 1)) is Standing.PRIVATE
    assert HERE.standing_of(who("kari"), date(2025, 12, 31)) is Standing.PRIVATE
    assert HERE.standing_of(who("kari"), None) is Standing.REPRESENTATIVE


def test_large_providers_are_known():
    assert {
        "gmail.com",
        "hotmail.com",
        "outlook.com",
        "icloud.com",
        "online.no",
        "telia.com",
    } <= set(PRIVATE_PROVIDERS)
    assert len(set(PRIVATE_PROVIDERS)) == len(PRIVATE_PROVIDERS)


@pytest.mark.parametrize(
    ("mailed", "is_sent"),
    [
        (message("anna"), True),
        (message("anna", direction=Direction.DRAFT), False),
        (message("anna", direction=Direction.DRAFT, sender=who("kari")), False),
        (message("anna", direction=Direction.RECEIVED), False),
        (message("anna", direction=Direction.RECEIVED, sender=who("kari")), True),
        (message("anna", direction=Direction.RECEIVED, resender=who("kari")), True),
        (message("anna", direction=None), True),
        (message("anna", direction=None, sender=who("lawyer")), False),
        (message("anna", direction=None, sender=None), False),
    ],
)
def test_only_what_the_club_sent_is_judged(mailed, is_sent):
    assert is_ours(mailed, HERE) is is_sent


@pytest.mark.parametrize(
    ("mailed", "expected"),
    [
        (message("anna", "bo"), [(FindingKind.OPEN_RECIPIENTS, Gravity.SERIOUS)]),
        (message("anna", cc=["x"]), [(FindingKind.OPEN_RECIPIENTS, Gravity.SERIOUS)]),
        (message("x", "y"), [(FindingKind.OPEN_RECIPIENTS, Gravity.SERIOUS)]),
        (message("anna", "bo", special_categories=("HEALTH",)),
         [(FindingKind.OPEN_RECIPIENTS, Gravity.GRAVE)]),
        (message(attendees=["anna", "bo"]), [(FindingKind.OPEN_ATTENDEES, Gravity.SERIOUS)]),
        (message(attendees=["anna", "bo"], has_notice=True),
         [(FindingKind.OPEN_ATTENDEES, Gravity.MINOR)]),
        (message("anna", bcc=["bo", "cilla"]), []),
        (message("boss", bcc=["anna", "bo", "cilla"]), []),
        (message("anna"), []),
        (message("anna", cc=["anna"]), []),
        (message("boss", "union", "kari", "anna"), []),
        (message("kari", "boss", "lawyer"), []),
        (message("anna", "bo", topics=("our day",)), []),
        (message(), []),
        (message(bcc=["anna", "bo"], is_invitation=True, shows_participants=True),
         [(FindingKind.MISSING_NOTICE, Gravity.MINOR)]),
        (message(bcc=["anna", "bo"], is_invitation=True, shows_participants=True, has_notice=True),
         []),
        (message(bcc=["anna", "bo"], is_invitation=True), []),
        (message(bcc=["anna", "bo"], shows_participants=True), []),
        (message(bcc=["anna"], is_invitation=True, shows_participants=True), []),
        (message("kari", is_invitation=True, shows_participants=True), []),
    ],
)  # fmt: skip
def test_who_may_see_whom(mailed, expected):
    assert found(mailed) == expected


NAME, NUMBER = ("PERSON", "name of anna"), ("SE_PERSONNUMMER", "number of anna")
TOLD = {"entities": (("PERSON", 1),), "special_categories": ("UNION_MEMBERSHIP",)}
ILL = {"entities": (("PERSON", 1),), "special_categories": ("HEALTH", "UNION_MEMBERSHIP")}


@pytest.mark.parametrize(
    ("mailed", "values", "expected"),
    [
        (message("lawyer", **TOLD), [NAME], [FindingKind.NO_CONSENT]),
        (message("lawyer", **ILL), [NAME], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("kari", bcc=["lawyer"], **ILL), [NAME], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("lawyer", **TOLD), [NAME, NUMBER], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("x", **ILL), [NAME], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("x", named=("name of anna",), **ILL), [NAME, NUMBER], []),
        (message("x", **ILL), [NUMBER], []),
        (message("x", **ILL), [NUMBER, ("SE_PERSONNUMMER", "another")],
         [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("x", "lawyer", **ILL), [NUMBER], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("lawyer", **ILL), [("PERSON", "somebody who is no member")], []),
        (message("lawyer", entities=(("PERSON", 1),)), [NAME], []),
        (message("lawyer", entities=(("PERSON", 5),), subjects=("member-register",)),
         [("PERSON", "p")], [FindingKind.THIRD_PARTY_DISCLOSURE]),
        (message("boss", **ILL), [NAME, NUMBER], []),
        (message("union", **ILL), [NAME, NUMBER], []),
        (message("anna", **ILL), [NAME, NUMBER], []),
        (message("kari", **ILL), [NAME, NUMBER], []),
        (message("lawyer", direction=Direction.RECEIVED, **ILL), [NAME, NUMBER], []),
    ],
)  # fmt: skip
def test_members_data_stay_inside(mailed, values, expected):
    assert [kind for kind, _ in found(mailed, values=values)] == expected


def consenting(*persons, to="lawyer", asked=None):
    def has_consent(person, receiver, on):
        if asked is not None:
            asked.append((set(person), set(receiver), on))
        return bool(set(persons) & set(person)) and to in receiver

    return replace(
        HERE, has_consent=has_consent, members_values=HERE.members_values | {"name of bo"}
    )


def test_a_consent_on_record_lets_a_disclosure_be():
    asked = []
    here = consenting("name of anna", asked=asked)

    assert found(message("lawyer", **TOLD), here, [NAME, NUMBER]) == []
    assert asked == [({"name of anna", "number of anna"}, {"lawyer", "elsewhere"}, NOON.date())]


@pytest.mark.parametrize(
    ("mailed", "values", "persons"),
    [
        (message("lawyer", **TOLD), [NAME], ["name of bo"]),
        (message("lawyer", "x", **TOLD), [NAME], ["name of anna"]),
        (message("lawyer", **TOLD), [NAME, ("PERSON", "name of bo")], ["name of anna"]),
        (message("lawyer", sent_at=None, **TOLD), [NAME], ["name of anna"]),
        (message("lawyer", **ILL), [NAME, NUMBER, ("SE_PERSONNUMMER", "b")], ["name of anna"]),
        (message("lawyer", entities=(("PERSON", 5),), subjects=("member-register",)), [NAME],
         ["name of anna"]),
    ],
)  # fmt: skip
def test_a_consent_is_one_persons_for_one_receiver_on_a_day(mailed, values, persons):
    assert len(found(mailed, consenting(*persons), values)) == 1


def test_all_of_several_have_to_consent():
    several = [NAME, ("PERSON", "name of bo")]

    assert found(message("lawyer", **TOLD), consenting("name of anna", "name of bo"), several) == []


def test_a_representative_named_in_a_letter_is_not_disclosed():
    here = replace(HERE, representatives_values=frozenset({"name of anna"}))
    assert found(message("lawyer", **TOLD), here, [NAME]) == []


PLAIN = FindingKind.UNENCRYPTED_ATTACHMENT
LIST = AttachmentFacts(
    name="l.xlsx", kind="xlsx", entities=(("PERSON", 9),), subjects=("member-register",)
)
NOTE = AttachmentFacts(
    name="n.txt", kind="txt", entities=(("PERSON", 1),), special_categories=("UNION_MEMBERSHIP",)
)
ILLNESS = AttachmentFacts(
    name="i.txt", kind="txt", entities=(("PERSON", 1),), special_categories=("HEALTH",)
)
NUMBERED = AttachmentFacts(name="k.txt", kind="txt", entities=(("NO_FODSELSNUMMER", 1),))
LOCKED = AttachmentFacts(name="l.zip", kind="zip", methods=("zip AES-256",))


@pytest.mark.parametrize(
    ("mailed", "expected"),
    [
        (message("kari", attachments=(LIST,)), [(PLAIN, Gravity.MINOR)]),
        (message("anna", attachments=(LIST,)), [(PLAIN, Gravity.SERIOUS)]),
        (message("lawyer", attachments=(ILLNESS,)), [(PLAIN, Gravity.GRAVE)]),
        (message("kari", attachments=(NUMBERED,)), [(PLAIN, Gravity.MINOR)]),
        (message("kari", attachments=(NOTE,)), []),
        (message("lawyer", attachments=(NOTE,)), [(PLAIN, Gravity.SERIOUS)]),
        (message("lawyer", attachments=(LOCKED,)), []),
        (message("lawyer", attachments=(replace(LOCKED, methods=("zip ZipCrypto",)),)),
         [(FindingKind.WEAK_ENCRYPTION, Gravity.SERIOUS)]),
        (message(attachments=(LIST,)), []),
    ],
)  # fmt: skip
def test_what_is_sensitive_is_locked(mailed, expected):
    assert found(mailed) == expected


@pytest.mark.parametrize(
    ("method", "is_weak"),
    [
        ("zip ZipCrypto", True),
        ("Excel XOR", True),
        ("Word RC4", True),
        ("PowerPoint RC4 CryptoAPI", True),
        ("PDF RC4-40", True),
        ("PDF RC4-128", True),
        ("OOXML RC4", True),
        ("OpenDocument Blowfish", True),
        ("rar 2.0 cipher", True),
        ("zip PKWARE DES", True),
        ("zip AES-128", False),
        ("zip AES-256", False),
        ("zip PKWARE AES-256", False),
        ("7z AES-256", False),
        ("rar AES-128", False),
        ("PDF AES-128", False),
        ("PDF AES-256", False),
        ("OOXML AES-256", False),
        ("OpenDocument AES-256", False),
        ("PGP AES-256", False),
        ("S/MIME AES-256-CBC", False),
        ("Office rights management", False),
    ],
)
def test_weak_encryption_is_told_from_strong(method, is_weak):
    assert bool(replace(LOCKED, methods=(method,)).weak_methods) is is_weak


def test_copies_of_a_message_are_one_and_others_with_its_number_are_not():
    sent = message("anna", "bo", bcc=["cilla"])
    received = message("anna", "bo", direction=Direction.RECEIVED, number=2, message_id="id 1")
    forged = replace(sent, facts=replace(sent.facts, sender=who("lawyer")))

    assert key_of(sent) == key_of(received)
    assert key_of(sent) != key_of(forged)
    nameless = [
        message("anna", number=n, message_id=None, sent_at=NOON + timedelta(days=n)) for n in (1, 2)
    ]
    assert key_of(nameless[0]) != key_of(nameless[1])


def told(*mailed, here=HERE):
    passwords = Passwords(here)
    for each in mailed:
        passwords.see(each)
    return [each.mailed.record_id for each in passwords.lapses()]


def lock(*to, number=1, **changes):
    return message(*to, number=number, attachments=(LOCKED,), **changes)


def tell(*to, number=2, **changes):
    return message(*to, number=number, states_password=True, **changes)


LATER = {"sent_at": NOON + timedelta(days=30)}


@pytest.mark.parametrize(
    ("mailed", "expected"),
    [
        ([lock("anna"), tell("anna")], [2]),
        ([tell("anna"), lock("anna", sent_at=NOON + timedelta(days=14))], [2]),
        ([lock("anna"), tell("anna", sent_at=NOON + timedelta(days=14, seconds=1))], []),
        ([lock("anna"), tell("anna", references=("id 1",), **LATER)], [2]),
        ([lock("anna", references=("id 9",)), tell("anna", references=("id 9",), **LATER)], [2]),
        ([lock("anna"), tell("bo", references=("id 1",))], []),
        ([lock("anna"), tell("bo")], []),
        ([lock("anna", bcc=["bo"]), tell("bo")], [2]),
        ([lock("anna", states_password=True)], [1]),
        ([lock("anna"), tell("anna", direction=Direction.RECEIVED)], []),
        ([lock("anna", sent_at=None), tell("anna", sent_at=None)], []),
        ([lock("anna"), lock("anna", number=3), tell("anna")], [2]),
        ([tell("anna")], []),
        ([lock("anna")], []),
    ],
)
def test_a_password_goes_another_way_than_what_it_opens(mailed, expected):
    assert told(*mailed) == expected
    assert told(*reversed(mailed)) == expected


people = st.lists(st.sampled_from(sorted(ADDRESSES)), max_size=6)


@given(people, people, people, people)
def test_hiding_everybody_is_never_wrong_and_showing_more_is_never_better(to, cc, bcc, more):
    hidden = message(bcc=[*to, *cc, *bcc])
    shown = message(*to, cc=cc, bcc=bcc)
    wider = message(*to, *more, cc=cc, bcc=bcc)

    assert found(hidden) == []
    assert len(found(wider)) >= len(found(shown))


@given(people, people)
def test_everybody_is_a_receiver_once_and_the_sender_never(to, cc):
    receivers = audience(message(*to, cc=cc), HERE)

    assert sorted(each.who.address for each in receivers) == sorted({*to, *cc} - {"boss"})


@given(st.lists(st.sampled_from(["kari", "boss", "union"]), max_size=6), people)
def test_nothing_sent_among_ourselves_shows_a_member(to, hidden):
    assert found(message(*to, bcc=hidden)) == []


@pytest.mark.parametrize(
    ("values", "persons"),
    [
        ([("PERSON", "a"), ("EMAIL_ADDRESS", "b"), ("MEMBER_NUMBER", "c")], 1),
        ([("PERSON", f"n{i}") for i in range(28)] + [("EMAIL_ADDRESS", f"e{i}") for i in range(14)],
         14),
        ([("PERSON", f"n{i}") for i in range(28)] + [("EMAIL_ADDRESS", "e")], 28),
    ],
)  # fmt: skip
def test_a_list_tells_of_as_many_persons_as_have_a_number_or_an_address(values, persons):
    mailed = message(
        "lawyer", subjects=("member-register",), entities=(("EMAIL_ADDRESS", 90), ("PERSON", 90))
    )

    (lapse,) = [
        each
        for each in lapses(mailed, HERE, lambda _: values)
        if each.finding.kind is FindingKind.THIRD_PARTY_DISCLOSURE
    ]

    assert lapse.finding.person_count == persons


def test_a_member_may_get_their_own_number_and_nobody_elses():
    theirs = (("SE_PERSONNUMMER", "number of anna"),)
    others = (*theirs, ("SE_PERSONNUMMER", "number of bo"))
    entities = (("SE_PERSONNUMMER", 2),)
    grave = [(FindingKind.THIRD_PARTY_DISCLOSURE, Gravity.GRAVE)]

    assert found(message("anna", entities=entities), values=theirs) == []
    assert found(message("anna", entities=entities), values=others) == grave
    assert found(message("kari", entities=entities), values=others) == []
    hidden = message("boss", bcc=("anna", "bo"), entities=entities)
    assert found(hidden, values=theirs) == grave
    assert found(hidden, values=(("PERSON", "name of anna"),)) == []
