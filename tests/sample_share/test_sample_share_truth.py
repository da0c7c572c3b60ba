"""The truth against readers that know nothing of the builder."""

import csv
import email
import email.policy
import io
import json
import mailbox
import os
import zipfile
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise

import docx
import openpyxl
import pypdfium2
import pytest

from gallra.content.reader import read
from gallra.content.sight import Seen
from gallra.model.finding import DOCUMENT_KINDS, SPECIAL_CATEGORIES
from gallra.rules.loading import load
from sample_share import kinds, truth_path, write_share
from sample_share.marked import DECOY, Mark, Marked, compose, join, value

ENTITIES = {
    "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "SE_PERSONNUMMER",
    "SE_SAMORDNINGSNUMMER", "SE_ORGANISATIONSNUMMER", "SE_BANKGIRO", "SE_PLUSGIRO",
    "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_KONTONUMMER", "NO_ORGANISASJONSNUMMER",
    "POSTAL_ADDRESS", "MEMBER_NUMBER", "DATE_OF_BIRTH", "SALARY",
}  # fmt: skip


def by_file(made):
    files = defaultdict(dict)
    for entry in made.truth:
        files[entry["path"]][entry["part"]] = entry
    return files


class Eye:
    """Sees that the sample's pictures hold no writing, as the real one does."""

    @staticmethod
    def look(width, height, pixels):
        assert len(pixels) == width * height
        return Seen(text="")

    @staticmethod
    def unpacked(content):
        del content


def parts_of(path, name):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return {part.address: part for part in read(descriptor, name, eye=Eye())}
    finally:
        os.close(descriptor)


def test_the_reader_finds_every_part_and_every_value_at_its_offset(made):
    wrong = []
    for path, parts in by_file(made).items():
        found = parts_of(made.path(parts[""]), os.path.basename(path))
        if set(found) != set(parts):
            wrong.append((path, sorted(set(found) ^ set(parts))))
            continue
        for address, entry in parts.items():
            part = found[address]
            if (part.kind, part.outcome.value) != (entry["format"], entry["outcome"]):
                wrong.append((path, address, part.kind, part.outcome.value))
            text = part.text
            spans = entry["findings"] + entry["decoys"]
            moved = [span for span in spans if text[span["start"] : span["end"]] != span["value"]]
            if moved:
                wrong.append((path, address, moved))
            message = part.message
            if message and (message.message_id, message.sent_at) != (
                entry["message_id"],
                datetime.fromisoformat(entry["sent_at"]),
            ):
                wrong.append((path, address, message))
    assert wrong == []


def values_in(entry):
    return [span["value"] for span in entry["findings"] + entry["decoys"]]


def of_format(made, ending):
    return [entry for entry in made.truth if entry["path"].endswith(ending) and not entry["part"]]


def test_openpyxl_finds_the_same_values_in_workbooks(made):
    for entry in of_format(made, ".xlsx"):
        if entry["outcome"] != "read in full":
            continue
        book = openpyxl.load_workbook(os.fsdecode(made.path(entry)))
        sheets = {f"sheet:{sheet.title}": sheet for sheet in book}
        told = {e["part"]: e for e in made.truth if e["path"] == entry["path"] and e["part"]}
        assert set(sheets) == set(told)
        for address, sheet in sheets.items():
            cells = {
                str(cell.value.date() if hasattr(cell.value, "date") else cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            }
            notes = " ".join(cell.comment.text for row in sheet for cell in row if cell.comment)
            missing = [v for v in values_in(told[address]) if v not in cells and v not in notes]
            assert missing == [], entry["path"]


def test_python_docx_finds_the_same_values_in_documents(made):
    for entry in of_format(made, ".docx"):
        if entry["outcome"] != "read in full":
            continue
        with open(made.path(entry), "rb") as source:
            document = docx.Document(source)
        text = [paragraph.text for paragraph in document.paragraphs]
        text += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        for section in document.sections:
            text += [p.text for p in (*section.header.paragraphs, *section.footer.paragraphs)]
        text += [p.text for note in document.comments for p in note.paragraphs]
        text.append(document.core_properties.author)
        whole = "\n".join(text)
        assert [each for each in values_in(entry) if each not in whole] == []


def test_pdfium_finds_the_very_lines_that_were_drawn(made):
    for entry in of_format(made, ".pdf"):
        with open(made.path(entry), "rb") as source:
            document = pypdfium2.PdfDocument(source.read())
        pages = [page.get_textpage().get_text_bounded() for page in document]
        text = "\n".join(page.replace("\r\n", "\n").rstrip("\n") for page in pages)
        for span in entry["findings"] + entry["decoys"]:
            if span["end"] <= len(text):
                assert text[span["start"] : span["end"]] == span["value"]
        document.close()


def test_the_standard_library_reads_the_same_headers_and_attachments(made):
    for path, parts in by_file(made).items():
        if parts[""]["format"] != "eml":
            continue
        with open(made.path(parts[""]), "rb") as source:
            message = email.message_from_binary_file(source, policy=email.policy.default)
        assert message["Message-ID"] == parts[""]["message_id"], path
        assert message.defects == []
        head = " ".join(str(message[name]) for name in ("From", "To", "Cc", "Bcc") if message[name])
        body = message.get_body(("plain",)).get_content()
        for each in values_in(parts[""]):
            assert each in head or each in body or each in message["Subject"], path
        attached = [part.get_filename() for part in message.iter_attachments()]
        direct = {address.split("!")[0] for address in parts if address}
        assert {name.replace("%", "%25") for name in attached} == direct


def test_the_standard_library_counts_the_same_messages_in_mailboxes(made):
    for path, parts in by_file(made).items():
        if parts[""]["format"] == "mbox":
            box = mailbox.mbox(os.fsdecode(made.path(parts[""])), create=False)
            ids = [message["Message-ID"] for message in box]
            box.close()
            told = [entry["message_id"] for entry in parts.values() if "message_id" in entry]
            assert ids == told, path


def test_a_csv_row_has_as_many_cells_as_its_heading(made):
    for entry in of_format(made, ".csv"):
        part = parts_of(made.path(entry), entry["path"])[""]
        rows = list(csv.reader(io.StringIO(part.text), delimiter=";"))
        heading = next(row for row in rows if len(row) > 2)
        assert {len(row) for row in rows if len(row) > 2} == {len(heading)}


def test_archives_are_whole_and_one_is_locked(made):
    locked = 0
    for entry in of_format(made, ".zip"):
        with zipfile.ZipFile(os.fsdecode(made.path(entry))) as archive:
            if entry["outcome"] == "opaque":
                locked += 1
                with pytest.raises(RuntimeError, match="password required"):
                    archive.testzip()
            else:
                assert archive.testzip() is None
    assert locked


PRESETS = {
    "dues-unpaid", "former-members", "member-check", "offices-held", "salary-statistics",
    "transferred-case",
}  # fmt: skip
"""Classes by the names of folders, for clubs that have such: the sample share has none."""


def test_the_words_of_the_truth_are_those_of_the_house(made):
    for entry in made.truth:
        assert entry["kind"] is None or entry["kind"] in DOCUMENT_KINDS
        assert set(entry["special_categories"]) <= SPECIAL_CATEGORIES
        assert entry["language"] in {"sv", "nb", "nn", None}
        assert {span["entity"] for span in entry["findings"]} <= ENTITIES
    found = {span["entity"] for entry in made.truth for span in entry["findings"]}
    assert found == ENTITIES
    assert {entry["kind"] for entry in made.records()} == DOCUMENT_KINDS | {None}
    assert {entry["language"] for entry in made.truth} == {"sv", "nb", "nn", None}
    assert {"opaque", "damaged", "unsupported"} < {entry["outcome"] for entry in made.truth}


def test_the_rules_hold_and_every_class_is_in_use(made):
    schedule = load(str(made.rules))
    assert schedule.mode.value == "observe"
    assert {each.code for each in schedule.classes} - PRESETS == {
        e["class"] for e in made.records()
    }
    for share in schedule.shares:
        assert os.path.isdir(share.path)
        assert not share.quarantine.startswith(os.fsencode(made.root) + b"/")
        assert os.path.dirname(share.quarantine) == os.fsencode(made.root.parent)


def test_every_file_lies_in_a_share(made):
    roots = tuple(os.fsdecode(share.path) for share in load(str(made.rules)).shares)
    for entry in made.truth:
        assert os.path.join(made.root, entry["path"]).startswith(tuple(f"{r}/" for r in roots))


def test_the_directory_is_a_share_and_the_others_lie_in_it(made):
    outer, *inner = load(str(made.rules)).shares
    assert outer.path == os.fsencode(made.root)
    assert {share.role for share in inner} == {"case-area", "shared-mailbox", "mail-export"}
    assert {os.path.dirname(share.path) for share in inner} == {outer.path}


def test_even_twenty_files_have_every_class(tmp_path):
    write_share(tmp_path / "club", seed=5, files=20)
    lines = truth_path(tmp_path / "club").read_text("utf-8").splitlines()
    codes = {each["class"] for each in map(json.loads, lines) if each["record"]}
    schedule = load(str(tmp_path / "club.rules.toml"))
    assert codes == {each.code for each in schedule.classes} - PRESETS


def test_spans_are_ordered_and_never_overlap(made):
    for entry in made.truth:
        spans = sorted(entry["findings"] + entry["decoys"], key=lambda span: span["start"])
        for one, next_one in pairwise(spans):
            assert one["end"] <= next_one["start"]


def test_decoys_of_every_sort_are_there_and_none_is_a_finding(made):
    decoys = [span["value"] for entry in made.truth for span in entry["decoys"]]
    assert any(value.startswith("978-") for value in decoys), "books"
    assert any(value.startswith("F-") for value in decoys), "invoices"
    assert any(value.startswith("SN") for value in decoys), "serial numbers"
    assert any(value.startswith("00-") for value in decoys), "like telephone numbers"
    assert any(len(value) == 10 and value.isdigit() for value in decoys), "order numbers"
    assert Counter(len(value) for value in decoys if value.isdigit())[16], "payment references"
    for entry in made.truth:
        if entry["class"] == "no-personal-data" and entry["record"]:
            assert entry["findings"] == []


def test_every_language_can_fill_in_all_its_templates():
    for language in ("sv", "nb", "nn"):
        said = kinds.words(language)
        assert set(kinds.words("nn")["mail"]) == set(said["mail"])
        assert len(said["months"]) == 12


def test_composed_text_knows_where_its_values_stand():
    text = compose("Hej {who}, nummer {n}!", {"who": value("PERSON", "Åsa"), "n": 7})
    assert text == Marked("Hej Åsa, nummer 7!", (Mark("PERSON", 4, 7),))
    both = join("\n", ["först", text, value(DECOY, "12")])
    assert [both.text[mark.start : mark.end] for mark in both.marks] == ["Åsa", "12"]


def test_wrapping_moves_no_offset_and_breaks_no_mark():
    name = value("PERSON", "Anna Maria Andersson")
    text = join(" ", ["ord"] * 5 + [name, "lönestatistik-", "och mer"])
    wrapped = text.wrapped(20)
    assert wrapped.marks == text.marks
    assert wrapped.text.replace("\n", " ") == text.text
    assert "Anna Maria Andersson" in wrapped.text
    assert "-\n" not in wrapped.text
