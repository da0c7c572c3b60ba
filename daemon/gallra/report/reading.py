"""What the content and detection stages saw in a file, for people and for scripts."""

from collections.abc import Iterator

from gallra.model.finding import Finding, PartReport
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.passage import MessageHeaders
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say
from gallra.report.words import named


def read_as_json(path: bytes, report: PartReport, say: Say) -> dict[str, object]:
    """Return what ``gallra read --json`` says of one part; ``path`` is the file's, absolute."""
    value: dict[str, object] = {
        **path_keys(path),
        "part": report.address,
        "outcome": str(report.outcome),
        "reason": _said_or_none(report.reason, say),
        "kind": report.kind,
        "encrypted": report.encrypted,
        "passages": [
            {"where": passage.where, "text": passage.text} for passage in report.passages or ()
        ],
    }
    if report.message is not None:
        value["message"] = _message(report.message)
    return value


def detected_as_json(
    path: bytes, report: PartReport, say: Say, *, with_text: bool
) -> dict[str, object]:
    """Return what ``gallra detect --json`` says of one part.

    Offsets count Unicode characters in the part's text, which ``with_text`` adds: its
    passages, joined with one line break each.
    """
    value: dict[str, object] = {
        **path_keys(path),
        "part": report.address,
        "outcome": str(report.outcome),
        "reason": _said_or_none(report.reason, say),
        "kind": report.kind,
        "language": report.language,
        "findings": [_finding(finding) for finding in report.findings or ()],
        "hints": [_finding(hint) for hint in report.hints or ()],
        "entities": dict(report.entities),
        "special_categories": list(report.special_categories),
        "subjects": [
            {"kind": subject.kind, "score": round(subject.score, 4)} for subject in report.subjects
        ],
        "document_date": report.document_date and report.document_date.on.isoformat(),
    }
    if with_text:
        value["text"] = text_of(report)
    return value


def text_of(report: PartReport) -> str:
    """Return the text of a part that was asked for with its text."""
    return "\n".join(passage.text for passage in report.passages or ())


def read_as_text(path: bytes, report: PartReport, say: Say) -> Iterator[str]:
    """Yield the lines that show a person what was read, everything escaped."""
    yield _heading(path, report, say)
    if report.message is not None:
        yield from _message_lines(report.message, say)
    for passage in report.passages or ():
        yield f"  [{shown(passage.where)}]"
        for line in passage.text.split("\n"):
            yield f"    {shown(line.replace('	', '    '))}".rstrip()


def detected_as_text(
    path: bytes, report: PartReport, say: Say, *, with_text: bool
) -> Iterator[str]:
    """Yield the lines that show a person what was found, never the values themselves."""
    yield _heading(path, report, say)
    if report.subjects:
        kinds = ", ".join(subject.kind for subject in report.subjects)
        looks = said("looks like: {kinds}", kinds=kinds)
        yield f"  {say(looks)}"
    for entity, count in report.entities:
        yield f"  {entity}: {count}"
    if report.special_categories:
        categories = ", ".join(report.special_categories)
        special = said("special categories: {categories}", categories=categories)
        yield f"  {say(special)}"
    if not report.entities and report.outcome.is_complete:
        nothing = said("no personal data found")
        yield f"  {say(nothing)}"
    if with_text:
        for line in text_of(report).split("\n"):
            yield f"    {shown(line.replace('	', '    '))}".rstrip()


def _heading(path: bytes, report: PartReport, say: Say) -> str:
    name = shown(path) + (f"!{shown(report.address)}" if report.address else "")
    heading = f"{name}: {shown(report.kind)}, {say(named(report.outcome))}"
    if report.reason is not None:
        heading += f" ({say(report.reason)})"
    return heading


def _message_lines(message: MessageHeaders, say: Say) -> Iterator[str]:
    headers = (
        (said("from"), message.sender or ""),
        (said("to"), ", ".join(message.to)),
        (said("cc"), ", ".join(message.cc)),
        (said("bcc"), ", ".join(message.bcc)),
        (said("resent to"), ", ".join(message.resent)),
        (said("sent"), message.sent_at.isoformat() if message.sent_at else ""),
        (said("subject"), message.subject or ""),
        (said("attachments"), ", ".join(message.attachments)),
    )
    for name, value in headers:
        if value:
            yield f"  {say(name)}: {shown(value)}"


def _message(message: MessageHeaders) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "date": message.sent_at and message.sent_at.isoformat(),
        "from": message.sender,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "resent_to": list(message.resent),
        "subject": message.subject,
        "attachments": list(message.attachments),
        "direction": message.direction and message.direction.value,
        "folder": message.folder,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "entity": finding.entity,
        "start": finding.start,
        "end": finding.end,
        "score": round(finding.score, 4),
        "recognizer": finding.recognizer,
    }


def _said_or_none(message: Message | None, say: Say) -> str | None:
    return None if message is None else say(message)
