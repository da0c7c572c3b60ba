"""Entries of the ledger, for people and for scripts."""

from datetime import tzinfo
from typing import Final

from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_base64, as_bytes, is_text, shown
from gallra.report.jsonlines import absolute
from gallra.report.language import Say
from gallra.report.records import Roots
from gallra.report.words import named
from gallra.store.packing import unpacked_messages

HEADINGS: Final = (
    said("when"),
    said("what"),
    said("class"),
    said("clause"),
    said("about"),
    said("why"),
)
"""What :func:`as_row` shows."""


def path_of(entry: LedgerEntry, roots: Roots) -> str | None:
    """Return the file an entry is about, absolute where its share is known."""
    clear = dict(entry.entry.clear)
    path, share = clear.get("path"), clear.get("share")
    if not isinstance(path, str) or not path:
        return None
    root = roots.get(str(share)) if share else None
    if root is None or path.startswith("/"):
        return path
    return absolute(root, as_bytes(path)).decode("utf-8", "surrogateescape")


def destination_of(entry: LedgerEntry, roots: Roots) -> str | None:
    """Return where a file was moved to, absolute where its share is known."""
    clear = dict(entry.entry.clear)
    path, share = clear.get("to_path"), clear.get("to_share")
    if not isinstance(path, str) or not path:
        return None
    root = roots.get(str(share)) if share else None
    if root is None:
        return f"{share}/{path}"
    return absolute(root, as_bytes(path)).decode("utf-8", "surrogateescape")


def reasons(entry: LedgerEntry, name: str, say: Say) -> list[str]:
    """Return the sentences kept under ``name``: messages of ours, or what a person wrote."""
    text = dict(entry.entry.clear).get(name)
    if not isinstance(text, str) or not text:
        return []
    try:
        return [say(message) for message in unpacked_messages(text)]
    except ValueError:
        return [text]


def as_json(entry: LedgerEntry, *, roots: Roots, say: Say) -> dict[str, object]:
    """Return what ``gallra log --json`` says of an entry; ``details`` is its erasable half."""
    path = path_of(entry, roots)
    value: dict[str, object] = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "action": str(entry.entry.deed),
        "act": entry.entry.act or None,
        "intent": entry.entry.intent,
        "path": path,
        "to": destination_of(entry, roots),
        "class": entry.entry.class_code or None,
        "authority": entry.entry.authority or None,
        "rule": entry.entry.rule_number,
        "rules": entry.entry.rules_digest or None,
        "because": reasons(entry, "because", say),
        "reason": "; ".join(reasons(entry, "reason", say)) or None,
        "remains": reasons(entry, "remains", say),
        "erased": entry.is_erased,
        "details": {
            name: value
            for name, value in entry.entry.clear
            if name not in {"path", "because", "reason", "remains"}
        },
    }
    if path is not None and not is_text(as_bytes(path)):
        value["path_b64"] = as_base64(as_bytes(path))
    return value


def as_row(entry: LedgerEntry, *, roots: Roots, zone: tzinfo, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`, times as clocks in ``zone`` tell."""
    clear = dict(entry.entry.clear)
    what = say(named(entry.entry.deed))
    if entry.entry.deed in {Deed.INTENT, Deed.NOT_DONE} and entry.entry.act:
        what = f"{what}: {entry.entry.act}"
    about = path_of(entry, roots) or str(
        clear.get("pattern") or clear.get("reference") or clear.get("plan") or ""
    )
    if part := clear.get("part"):
        about = f"{about}!{part}"
    if entry.entry.deed is Deed.MOVED and (to := destination_of(entry, roots)) is not None:
        about = f"{about} -> {to}"
    if entry.is_erased:
        about = say(said("(erased)"))
    return (
        f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}",
        what,
        entry.entry.class_code,
        entry.entry.authority,
        shown(about),
        "; ".join(reasons(entry, "reason", say) or reasons(entry, "because", say)[:1]),
    )
