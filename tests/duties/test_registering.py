"""Registers: every entry is kept, numbered, told to the ledger, and erased for good."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.duties.registering import Register, testify
from gallra.model.errors import GallraError, OccupiedError, WrongUseError
from gallra.model.ledger import Deed
from gallra.service.house import House

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An entry of a register that exists here alone."""

    text: str
    at: datetime


def register(house: House) -> Register[Note]:
    return Register(house, "note", Note)


def told(house: House) -> list[str]:
    return [
        str(dict(each.entry.clear).get("reference"))
        for each in house.ledger.entries()
        if each.entry.deed is Deed.EVENT_TOLD
    ]


def test_an_entry_comes_back_as_it_was_given(house: House) -> None:
    body = Note(text="Ærlig talt\udc80".replace("\udc80", "?"), at=NOON)
    kept = register(house).open(body, deed=Deed.EVENT_TOLD, opened_at=NOON)

    assert register(house).get(kept.reference) == kept
    assert kept.body == body
    assert kept.reference == "2026-1"
    assert told(house) == ["2026-1"]


def test_a_year_is_that_of_the_organisation(house: House) -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already the new year in Stockholm

    kept = register(house).open(Note(text="", at=late), deed=Deed.EVENT_TOLD, opened_at=late)

    assert kept.reference == "2027-1"


def test_what_is_changed_by_two_is_refused_to_the_second(house: House) -> None:
    kept = register(house).open(Note(text="one", at=NOON), deed=Deed.EVENT_TOLD)
    register(house).change(kept, Note(text="two", at=NOON), deed=None)

    with pytest.raises(OccupiedError):
        register(house).change(kept, Note(text="three", at=NOON), deed=Deed.EVENT_TOLD)

    assert register(house).get(kept.reference).body.text == "two"
    assert told(house) == [kept.reference]


def test_open_and_closed_entries_are_told_apart(house: House) -> None:
    first = register(house).open(Note(text="a", at=NOON), deed=Deed.EVENT_TOLD)
    second = register(house).open(
        Note(text="b", at=NOON), deed=Deed.EVENT_TOLD, due_at=NOON + timedelta(days=30)
    )
    register(house).change(first, first.body, deed=None, closed_at=NOON)

    assert [each.reference for each in register(house).all(is_open=True)] == [second.reference]
    assert [each.reference for each in register(house).all(is_open=False)] == [first.reference]
    assert register(house).get(second.reference).due_at == NOON + timedelta(days=30)


def test_what_is_erased_is_nowhere_on_the_disk(house: House, state: Path) -> None:
    name = "Ingeborg Påhittsdotter-Testesen"
    kept = register(house).open(Note(text=name, at=NOON), deed=Deed.EVENT_TOLD)

    assert register(house).erase([kept.reference], deed=Deed.EVENT_UNDONE) == 1

    with pytest.raises(WrongUseError):
        register(house).get(kept.reference)
    for path in state.glob("registers.db*"):
        assert name.encode() not in path.read_bytes()
    after = register(house).open(Note(text="", at=NOON), deed=Deed.EVENT_TOLD)
    assert after.reference != kept.reference


def test_what_a_crash_left_untold_is_told_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise GallraError

    with monkeypatch.context() as patched:
        patched.setattr(type(house.ledger), "append", full)
        with pytest.raises(GallraError):
            register(house).open(Note(text="", at=NOON), deed=Deed.EVENT_TOLD)
    assert told(house) == []

    testify(house)
    testify(house)

    assert len(told(house)) == 1


def test_registers_that_are_damaged_are_refused_and_not_begun_anew(
    house: House, state: Path
) -> None:
    register(house).open(Note(text="", at=NOON), deed=Deed.EVENT_TOLD)
    house.close()
    (state / "registers.db").write_bytes(b"nothing that is a database" * 100)

    with pytest.raises(GallraError):
        list(register(house).all())


def test_registers_that_are_gone_do_not_look_empty(house: House, state: Path) -> None:
    register(house).open(Note(text="", at=NOON), deed=Deed.EVENT_TOLD)
    house.close()
    for path in state.glob("registers.db*"):
        path.unlink()

    with pytest.raises(GallraError, match="nothing can build it anew"):
        list(register(house).all())

    (state / "registers.db").touch()
    assert list(register(house).all()) == []
