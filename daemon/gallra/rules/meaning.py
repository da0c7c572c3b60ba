"""What no key can tell alone: whether shares, classes and rules make sense together."""

import re
from collections.abc import Mapping

from gallra.model.message import said
from gallra.model.record import UNCLASSIFIED
from gallra.model.retention import Action, Destination, Period, Trigger
from gallra.rules.complaint import quoted
from gallra.rules.notes import Notes, nearest
from gallra.rules.persons import check_people
from gallra.rules.positions import Key
from gallra.rules.queues import check_queues
from gallra.rules.separating import check_separation
from gallra.rules.telling import check_notifications
from gallra.rules.validation import Validated, Values

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PERIODS = ("keep", "keep_at_least", "keep_at_most")
_ALWAYS_KNOWN = {Trigger.MODIFIED, Trigger.FIRST_SEEN}


def check(validated: Validated, notes: Notes) -> None:
    """Complain of everything that is well formed and still does not hold."""
    _check_codes(validated, notes)
    _check_places(validated, notes)
    for code, values in validated.classes.items():
        _check_class(values, ("class", code), notes)
        _check_destination(values, ("class", code), validated, notes)
    _check_rules(validated, notes)
    for index, values in enumerate(validated.events):
        _check_sign(values, ("event", index), validated, notes)
    check_queues(validated, notes)
    check_people(validated, notes)
    check_separation(validated, notes)
    check_notifications(validated, notes)


def quarantine_of(name: str, shares: Mapping[str, Values]) -> str | None:
    """Return where the records of share ``name`` wait; ``None`` where its path is not known.

    Unless the rules say where, that is beside the outermost of ``shares`` that the share lies
    in: beside itself it would be content of the share around it.
    """
    given, path = shares[name].get("quarantine"), shares[name].get("path")
    if isinstance(given, str):
        return given
    if not isinstance(path, str):
        return None
    paths = {values.get("path") for values in shares.values()}
    outermost = next((above for above in reversed(_above(path)) if above in paths), path)
    return f"{outermost.rpartition('/')[0]}/.gallra-quarantine-{name}"


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
    """No path twice, no share in a quarantine, no quarantine in a share or another quarantine."""
    taken = _paths_of_shares(validated, notes)
    quarantines = _quarantines(validated, taken, notes)
    _check_textfile(validated, taken | quarantines, notes)
    for path, name in taken.items():
        outer = next((quarantines[above] for above in _above(path) if above in quarantines), None)
        if outer is not None:
            notes.complain(
                ("share", name, "path"),
                said("{where}: lies inside the quarantine of share {other}", other=outer),
            )


def _check_textfile(validated: Validated, owners: Mapping[str, str], notes: Notes) -> None:
    """Figures lie in no share, where people would find them and gallra would read them."""
    path = validated.metrics.get("textfile")
    if not isinstance(path, str):
        return
    owner = next((owners[above] for above in _above(path) if above in owners), None)
    if owner is not None:
        place: Key = ("metrics", "textfile")
        notes.complain(place, said("{where}: lies inside share {other}", other=owner))


def _paths_of_shares(validated: Validated, notes: Notes) -> dict[str, str]:
    """Return which share each path belongs to; a path that comes twice is complained of."""
    taken: dict[str, str] = {}
    for name, values in validated.shares.items():
        path = values.get("path")
        if not isinstance(path, str):
            continue
        if path in taken:
            notes.complain(
                ("share", name, "path"),
                said("{where}: the same path as that of share {other}", other=taken[path]),
            )
        taken.setdefault(path, name)
    return taken


def _quarantines(validated: Validated, taken: dict[str, str], notes: Notes) -> dict[str, str]:
    """Return which share each quarantine belongs to; misplaced ones are complained of."""
    quarantines: dict[str, str] = {}
    for name, values in validated.shares.items():
        quarantine = quarantine_of(name, validated.shares)
        if quarantine is None:
            continue
        key: Key = ("share", name, "quarantine" if "quarantine" in values else "path")
        around = (quarantine, *_above(quarantine))
        owner = next((taken[above] for above in around if above in taken), None)
        other = next((quarantines[above] for above in around if above in quarantines), None)
        if owner is not None:
            notes.complain(
                key, said("{where}: the quarantine lies inside share {other}", other=owner)
            )
        elif other is not None:
            notes.complain(
                key, said("{where}: the quarantine lies in that of share {other}", other=other)
            )
        quarantines.setdefault(quarantine, name)
    return quarantines


def _above(path: str) -> list[str]:
    above: list[str] = []
    while path := path.rpartition("/")[0]:
        above.append(path)
    return above


def _check_class(values: Values, at: Key, notes: Notes) -> None:
    then = values.get("then")
    if then is None:
        return
    if then == Action.KEEP:
        for name in (*_PERIODS, "from", "else_from"):
            if name in values:
                notes.complain((*at, name), said('{where}: nobody reads this where then is "keep"'))
        return
    given = _given(at, notes)
    for name in ("keep", "from", "legal_basis"):
        if name not in given and (name != "keep" or not given & set(_PERIODS)):
            notes.complain_of_missing(at, name)
    _check_periods(values, at, notes)
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


def _check_periods(values: Values, at: Key, notes: Notes) -> None:
    """Complain of a minimum that is longer than what it is a minimum of."""
    lengths = {
        name: value.about_days for name in _PERIODS if isinstance(value := values.get(name), Period)
    }
    for shorter, longer in (
        ("keep_at_least", "keep"),
        ("keep", "keep_at_most"),
        ("keep_at_least", "keep_at_most"),
    ):
        if shorter in lengths and longer in lengths and lengths[shorter] > lengths[longer]:
            notes.complain(
                (*at, shorter),
                said("{where}: longer than {other}", other=longer),
            )
            return


def _check_destination(values: Values, at: Key, validated: Validated, notes: Notes) -> None:
    """Complain of a place to move to that is missing, not needed, or in no share of the rules."""
    then, to = values.get("then"), values.get("to")
    if then == Action.MOVE and "to" not in _given(at, notes):
        notes.complain_of_missing(at, "to")
    elif then is not None and then != Action.MOVE and to is not None:
        notes.complain((*at, "to"), said('{where}: nobody reads this unless then is "move"'))
    elif isinstance(to, Destination) and to.share not in validated.shares:
        _complain_of_name((*at, "to"), "share", to.share, validated, notes)


def _given(at: Key, notes: Notes) -> set[str]:
    """Return the names that stand in the table, right or wrong."""
    table: object = notes.reading.document
    for name in at:
        if isinstance(table, list) and isinstance(name, int):
            table = table[name]
        else:
            table = table.get(name) if isinstance(table, dict) else None
    return set(table) if isinstance(table, dict) else set()


def _check_rules(validated: Validated, notes: Notes) -> None:
    seen: dict[str, int] = {}
    for index, values in enumerate(validated.rules):
        _check_names(values, ("rule", index), validated, notes)
        when = values.get("when")
        if not isinstance(when, dict) or not when:
            continue
        same = repr((values.get("class"), sorted(when.items()), values.get("otherwise", False)))
        if same in seen:
            notes.complain(
                ("rule", index), said("{where}: says the same as rule {number}", number=seen[same])
            )
        seen.setdefault(same, index + 1)
    if notes.reading.complaints or notes.is_misspelt(("rule",)):
        return  # the rule that names a class may be among what could not be read
    used = {values.get("class") for values in validated.rules}
    for code in validated.classes:
        if code not in used:
            notes.complain(("class", code), said("{where}: no rule gives this class to any record"))


def _check_sign(values: Values, at: Key, validated: Validated, notes: Notes) -> None:
    """Complain where a sign is none, several at once, or everything is one."""
    _check_shares(values, at, validated, notes)
    when = values.get("when")
    if not isinstance(when, dict):
        return
    given = _given((*at, "when"), notes)
    if ("copied_to" in given) == bool(given & {"folder", "file"}) and not notes.is_misspelt(
        (*at, "when", "folder")
    ):
        notes.complain(
            (*at, "when"), said("{where}: folder or file is expected, or copied_to instead")
        )
    if "copied_to" in when and "role" not in when:
        notes.complain_of_missing((*at, "when"), "role")
    for position, pattern in enumerate(when.get("folder", ())):
        if not str(pattern).strip("*?/. "):
            key = (*at, "when", "folder", position)
            notes.complain(
                key, said('{where}: "{pattern}" fits every name', pattern=quoted(str(pattern)))
            )


def _check_names(values: Values, at: Key, validated: Validated, notes: Notes) -> None:
    """Complain of classes and shares that a rule names and that there are not."""
    if notes.reading.is_table_missing or notes.is_misspelt((at[0],)):
        return
    code = values.get("class")
    if isinstance(code, str) and code not in validated.classes:
        _complain_of_name((*at, "class"), "class", code, validated, notes)
    _check_shares(values, at, validated, notes)


def _check_shares(values: Values, at: Key, validated: Validated, notes: Notes) -> None:
    """Complain of shares that a condition names and that there are not."""
    if notes.reading.is_table_missing or notes.is_misspelt((at[0],)):
        return
    when = values.get("when")
    shares = when.get("share") if isinstance(when, dict) else None
    for position, name in enumerate(shares if isinstance(shares, tuple) else ()):
        if name not in validated.shares:
            key = (*at, "when", "share", position)
            _complain_of_name(key, "share", str(name), validated, notes)


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
