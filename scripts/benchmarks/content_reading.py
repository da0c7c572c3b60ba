"""Reads files through descriptors and tells how long it took, in seconds of processor time.

Run as a child: ``content_reading.py gallra|reference`` with a line of JSON on standard input
that says which descriptors hold which format. As ``gallra`` it confines itself first, exactly
as the daemon's worker does; as ``reference`` it reads with the libraries that people use.
"""

import gc
import io
import json
import os
import sys
import time
from collections.abc import Callable

ENOUGH_SECONDS = 1.0
MOST_ROUNDS = 400


def _python_docx(content: bytes) -> int:
    from docx import Document  # noqa: PLC0415 - only where it is measured

    document = Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return sum(map(len, texts))


def _openpyxl(content: bytes) -> int:
    import openpyxl  # noqa: PLC0415 - only where it is measured

    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    count = 0
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(values_only=True):
            count += sum(len(str(value)) for value in row if value is not None)
    return count


def _calamine(content: bytes) -> int:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only where it is measured

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    count = 0
    for name in workbook.sheet_names:
        for row in workbook.get_sheet_by_name(name).to_python():
            count += sum(len(str(value)) for value in row if value != "")
    return count


def _pypdf(content: bytes) -> int:
    from pypdf import PdfReader  # noqa: PLC0415 - only where it is measured

    return sum(len(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages)


REFERENCES: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "docx": ("python-docx", _python_docx),
    "docx, dense": ("python-docx", _python_docx),
    "xlsx": ("openpyxl", _openpyxl),
    "pdf": ("pypdf", _pypdf),
    "xls": ("python-calamine", _calamine),
    "xlsb": ("python-calamine", _calamine),
}


def _measured(read: Callable[[int], int], descriptors: list[int]) -> dict[str, float]:
    """Read all files again and again until enough time has gone; the first round is not counted."""
    parts = sum(read(each) for each in descriptors)
    rounds = 0
    began = time.process_time()
    while rounds < MOST_ROUNDS and time.process_time() - began < ENOUGH_SECONDS:
        for each in descriptors:
            read(each)
        rounds += 1
    seconds = (time.process_time() - began) / rounds / len(descriptors)
    return {"seconds": seconds, "parts": parts / len(descriptors)}


def _whole(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def main() -> None:
    """Print one JSON object: format -> seconds a file."""
    asked: dict[str, list[int]] = json.loads(sys.stdin.readline())
    found: dict[str, object] = {}
    if sys.argv[1] == "gallra":
        from gallra.content.reader import read  # noqa: PLC0415 - the other child needs none of it
        from gallra.content.sandbox import confine  # noqa: PLC0415 - as above

        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)  # as the worker does
        confinement = confine()
        found["complaints"] = [message.in_english() for message in confinement.complaints]
        for name, descriptors in asked.items():
            file_name = f"a.{name.partition(',')[0]}"

            def own(descriptor: int, file_name: str = file_name) -> int:
                return sum(1 for _ in read(descriptor, file_name))

            found[name] = _measured(own, descriptors)
    else:
        for name, descriptors in asked.items():
            if name in REFERENCES:
                reference = REFERENCES[name][1]

                def other(descriptor: int, reference: Callable[[bytes], int] = reference) -> int:
                    return reference(_whole(descriptor))

                found[name] = _measured(other, descriptors)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
