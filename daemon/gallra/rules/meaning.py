"""What no key can tell alone: whether shares, classes and rules make sense together."""

import re

from gallra.model.message import said
from gallra.model.record import UNCLASSIFIED
from gallra.model.retention import Action, Trigger
from gallra.rules.complaint import quoted
from gallra.rules.notes import Notes, nearest
from gallra.rules.positions import Key
from gallra.rules.validation import Validated, Values

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_ALWAYS_KNOWN = {Trigger.MODIFIED, Trigger.FIRST_SEEN}


def check(validated: Validated, notes: Notes) -> None:
    """Complain of everything that is well formed and still does not hold."""
    _check_codes(validated, notes)
    _check_places(validated, notes)
    for code, values in validated.classes.items():
        _check_class(values, ("class", code), notes)
    _check_rules(validated, notes)
    dwell = validated.safety.get("dwell")
    if dwell is not None and getattr(dwell, "is_nothing", False):
        notes.complain(
            ("safety", "dwell"),
            said("{where}: nothing is destroyed without lying in quarantine for a day at least"),
        )


def quarantine_of(name: str, values: Values) -> str | None:
    """Return where the records of share ``name`` wait; ``None`` where its path is not known."""
    given = values.get("quarantine")
    if isinstance(given, str):
        return given
    path = values.get("path")
    if not isinstance(path, str):
        return None
    parent = path.rpartition("/")[0]
    return f"{parent}/.gallra-quarantine-{name}"


def _check_codes(validated: Validated, notes: Notes) -> None:
    for table, names in (("share", validated.shares), ("class", validated.classes)):
        for name in names:
            if not _CODE.fullmatch(name):
                notes.complain(
                    (table, name),
                    said("{where}: a name here holds only a to z, 0 to 9, - and _, 64 at most"),
                )
    if UNCLASSIFIED in validated.classes:
        notes.complain(
            ("class", UNCLASSIFIED),
            said("{where}: this name is taken, for records that no rule speaks of"),
        )


def _check_places(validated: Validated, notes: Notes) -> None:
    """No share inside a share, no quarantine in a share or in another quarantine."""
    taken: dict[str, tuple[str, Key]] = {}
    for name, values in validated.shares.items():
        path = values.get("path")
        if not isinstance(path, str):
            continue
        if path in taken:
            notes.complain(
                ("share", name, "path"),
                said("{where}: the same path as that of share {other}", other=taken[path][0]),
            )
        else:
            taken[path] = (name, ("share", name, "path"))
    for path, (name, key) in taken.items():
        outer = _owner_above(path, taken)
        if outer is not None:
            notes.complain(key, said("{where}: lies inside share {other}", other=outer))
        del name
    quarantines: dict[str, str] = {}
    for name, values in validated.shares.items():
        quarantine = quarantine_of(name, values)
        if quarantine is None:
            continue
        key: Key = ("share", name, "quarantine" if "quarantine" in values else "path")
        owner = taken[quarantine][0] if quarantine in taken else _owner_above(quarantine, taken)
        if owner is not None:
            notes.complain(
                key, said("{where}: the quarantine lies inside share {other}", other=owner)
            )
        elif quarantine in quarantines:
            notes.complain(
                key,
                said(
                    "{where}: the quarantine is that of share {other} already",
                    other=quarantines[quarantine],
                ),
            )
        quarantines.setdefault(quarantine, name)
    for path, (_, key) in taken.items():
        outer = next((quarantines[above] for above in _above(path) if above in quarantines), None)
        if outer is not None:
            notes.complain(
                key, said("{where}: lies inside the quarantine of share {other}", other=outer)
            )


def _above(path: str) -> list[str]:
    above: list[str] = []
    while path := path.rpartition("/")[0]:
        above.append(path)
    return above


def _owner_above(path: str, taken: dict[str, tuple[str, Key]]) -> str | None:
    return next((taken[above][0] for above in _above(path) if above in taken), None)


def _check_class(values: Values, at: Key, notes: Notes) -> None:
    then = values.get("then")
    if then is None:
        return
    if then == Action.KEEP:
        for name in ("keep", "from", "else_from"):
            if name in values:
                notes.complain((*at, name), said('{where}: nobody reads this where then is "keep"'))
        return
    given = _given(at, notes)
    for name in ("keep", "from", "legal_basis"):
        if name not in given:
            notes.complain_of_missing(at, name)
    start, otherwise = values.get("from"), values.get("else_from")
    if otherwise is None or start is None:
        return
    if start == otherwise:
        notes.complain((*at, "else_from"), said("{where}: the same as from, so nobody reads it"))
    elif start in _ALWAYS_KNOWN:
        notes.complain(
            (*at, "else_from"),
            said('{where}: nobody reads this, since "{start}" is always known', start=str(start)),
        )


def _given(at: Key, notes: Notes) -> set[str]:
    """Return the names that stand in the table, right or wrong."""
    table: object = notes.reading.document
    for name in at:
        table = table.get(name) if isinstance(table, dict) else None
    return set(table) if isinstance(table, dict) else set()


def _check_rules(validated: Validated, notes: Notes) -> None:
    used: set[str] = set()
    seen: dict[str, int] = {}
    for index, values in enumerate(validated.rules):
        at: Key = ("rule", index)
        code = values.get("class")
        if isinstance(code, str):
            used.add(code)
            if code not in validated.classes and not notes.reading.is_table_missing:
                _complain_of_name((*at, "class"), "class", code, validated, notes)
        when = values.get("when")
        if not isinstance(when, dict):
            continue
        shares = when.get("share")
        for position, name in enumerate(shares if isinstance(shares, tuple) else ()):
            if name not in validated.shares and not notes.reading.is_table_missing:
                key = (*at, "when", "share", position)
                _complain_of_name(key, "share", str(name), validated, notes)
        same = repr((code, sorted(when.items()), values.get("otherwise", False)))
        if same in seen:
            notes.complain(
                at, said("{where}: says the same as rule {number}", number=seen[same] + 1)
            )
        seen.setdefault(same, index)
    if notes.reading.complaints:
        return  # the rule that names a class may be among what could not be read
    for code in validated.classes:
        if code not in used:
            notes.complain(("class", code), said("{where}: no rule gives this class to any record"))


def _complain_of_name(key: Key, table: str, name: str, validated: Validated, notes: Notes) -> None:
    known = validated.classes if table == "class" else validated.shares
    guess = nearest(name, known)
    if guess:
        notes.complain(
            key,
            said(
                '{where}: there is no {table} "{name}"; did you mean "{suggestion}"?',
                table=table,
                name=quoted(name),
                suggestion=guess,
            ),
        )
    else:
        notes.complain(
            key, said('{where}: there is no {table} "{name}"', table=table, name=quoted(name))
        )
