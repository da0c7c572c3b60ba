"""The truth about a file, as lines of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sample_share.marked import DECOY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sample_share.papers import File, PartTruth


def lines_about(path: str, file: File) -> Iterator[str]:
    """Yield one line for each part of ``file``, the file itself first.

    Args:
        path: Relative to the share; text, bytes that are no UTF-8 surrogate-escaped.
        file: The file and what is true about it.
    """
    class_code = file.subject.class_code
    for part in file.parts:
        if part.is_record and part.subject:
            class_code = part.subject.class_code
        entry = _entry(path, part, class_code)
        text = json.dumps(entry, ensure_ascii=not path.isprintable())
        yield f"{text}\n"


def _entry(path: str, part: PartTruth, class_code: str) -> dict[str, Any]:
    subject = part.subject
    text = part.text.text
    spans = [
        {
            "entity": mark.entity,
            "start": mark.start,
            "end": mark.end,
            "value": text[mark.start : mark.end],
        }
        for mark in part.text.marks
    ]
    document_date = subject.document_date if subject else None
    entry = {
        "path": path,
        "part": part.address,
        "format": part.format or None,
        "record": part.is_record,
        "kind": subject.kind if subject else None,
        "class": class_code,
        "language": subject.language if subject and text else None,
        "outcome": part.outcome,
        "findings": [span for span in spans if span["entity"] != DECOY],
        "special_categories": list(subject.special_categories) if subject and text else [],
        "decoys": [
            {name: span[name] for name in ("value", "start", "end")}
            for span in spans
            if span["entity"] == DECOY
        ],
        "document_date": document_date.isoformat() if document_date else None,
    }
    if part.message_id and part.sent_at:
        entry["message_id"] = part.message_id
        entry["sent_at"] = part.sent_at.isoformat()
    return entry
