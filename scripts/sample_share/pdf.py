"""PDF files with a text layer, drawn line by line so that readers find the very same lines."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sample_share.marked import Marked, join
from sample_share.papers import File, Paper, PartTruth, lines_of

LINE_LENGTH = 82
_LINES_PER_PAGE = 46
_LEFT, _TOP, _LEADING = 56, 780, 15


def as_pdf(paper: Paper) -> File:
    """Return ``paper`` as PDF. What WinAnsi lacks must not occur in it: see :func:`is_drawable`."""
    text = join("\n", (line.wrapped(LINE_LENGTH) for line in paper.lines(" ")))
    lines = text.text.split("\n")
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1)
    stamp = f"D:{paper.subject.on:%Y%m%d}120000+00'00'"
    canvas.setDateFormatter(lambda *_: stamp)
    canvas.setTitle(paper.title.text)
    canvas.setSubject("")
    canvas.setAuthor(paper.author.text if paper.author else "")
    for place, line in enumerate(lines):
        if place % _LINES_PER_PAGE == 0:
            if place:
                canvas.showPage()
            canvas.setFont("Helvetica", 10.5)
        canvas.drawString(_LEFT, _TOP - _LEADING * (place % _LINES_PER_PAGE), line)
    canvas.save()
    own = PartTruth(
        address="",
        format="pdf",
        text=lines_of((text, Marked(paper.title.text), paper.author)),
        subject=paper.subject,
        is_record=True,
    )
    return File(
        name=f"{paper.stem}.pdf", content=target.getvalue(), subject=paper.subject, parts=(own,)
    )


def is_drawable(paper: Paper) -> bool:
    """Tell whether every character of ``paper`` is in the standard fonts' encoding."""
    try:
        lines_of([*paper.lines(" "), paper.author]).text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
