"""Kinds by content, honest outcomes for what is not read, text in every encoding."""

import io
import os
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.content.bounds import Bounds
from gallra.content.decoding import decode, is_text
from gallra.model.passage import Outcome

TEXT = "Protokoll från årsmöte\nÅsa Ødegård läste på\n"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_text_is_one_passage_with_its_line_ends_made_one(read, charset: str, ends: str) -> None:
    (part,) = read(TEXT.replace("\n", ends).encode(charset), "a.txt")
    assert (part.kind, part.outcome) == ("txt", Outcome.READ)
    assert [(passage.where, passage.text) for passage in part.passages] == [("body", TEXT)]


def test_a_file_of_two_encodings_loses_neither() -> None:
    content = "åäö i utf-8\n".encode() + "åäö i latin\n".encode("cp1252")
    assert decode(content).text == "åäö i utf-8\nåäö i latin\n"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_text_comes_back_as_it_was(text: str) -> None:
    if "\ufeff" not in text and is_text(text.encode()):
        assert decode(text.encode()).text == text


def test_an_empty_file_is_read_in_full_and_says_nothing(read) -> None:
    for name in ("", "a.txt", "a.docx", "a.pdf"):
        (part,) = read(b"", name)
        assert (part.outcome, part.reason, part.passages) == (Outcome.READ, None, ())


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.eml", "a.html", "", "a.docx"])
def test_noise_is_never_called_read(read, name: str) -> None:
    for seed in range(20):
        (part,) = read(random.Random(seed).randbytes(3000), name)
        assert part.outcome in {Outcome.UNSUPPORTED, Outcome.DAMAGED}
        assert part.reason is not None


def test_text_that_goes_on_as_noise_is_never_called_read(read) -> None:
    (part,) = read(b"a line of text\n" * 20_000 + os.urandom(300_000), "a.log")
    assert part.outcome is not Outcome.READ


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "image"),
        (b"\xff\xd8\xff\xe0" + bytes(30), "image"),
        (b"\x7fELF" + bytes(60), "executable"),
    ],
)
def test_known_formats_that_are_not_read_are_named_and_said_to_be_unread(
    read, content: bytes, kind: str
) -> None:
    (part,) = read(content, "report.txt")
    assert (part.kind, part.outcome) == (kind, Outcome.UNSUPPORTED)
    assert part.reason is not None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"7z\xbc\xaf\x27\x1c" + bytes(30), "7z"),
        (b"Rar!\x1a\x07\x00" + bytes(30), "rar"),
        (b"\x1f\x8b\x08" + bytes(30), "gz"),
        (b"BZh91AY&SY" + bytes(30), "bz2"),
        (b"\xfd7zXZ\x00" + bytes(30), "xz"),
        (b"\x28\xb5\x2f\xfd" + bytes(30), "zst"),
        (bytes(257) + b"ustar\x0000" + bytes(250), "tar"),
    ],
)
def test_archives_that_hold_nothing_sound_are_damaged(read, content: bytes, kind: str) -> None:
    (part,) = read(content, "report.txt")
    assert (part.kind, part.outcome) == (kind, Outcome.DAMAGED)


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_members_of_archives_are_parts_at_any_depth(read) -> None:
    inner = packed(**{"mapp/å.txt": b"inner", "t.csv": b"a;b"})
    parts = read(packed(**{"inre.zip": inner, "x.txt": b"outer"}), "a.zip")
    assert [(part.address, part.kind, part.text) for part in parts] == [
        ("inre.zip!mapp/å.txt", "txt", "inner"),
        ("inre.zip!t.csv", "csv", "a;b"),
        ("inre.zip", "zip", ""),
        ("x.txt", "txt", "outer"),
        ("", "zip", ""),
    ]
    assert {part.outcome for part in parts} == {Outcome.READ}


def test_a_bomb_is_stopped_and_said_to_be_too_large(read) -> None:
    small = Bounds(most_inflated_bytes=40_000_000, free_inflated_bytes=1_000_000)
    parts = read(packed(bomb=bytes(30_000_000)), "a.zip", small)
    assert {part.outcome for part in parts} == {Outcome.TOO_LARGE}
    level = packed(bomb=bytes(900_000))
    for _ in range(3):
        level = packed(**{f"{number}.zip": level for number in range(16)})
    parts = read(level, "a.zip", small)
    assert sum(part.outcome is Outcome.TOO_LARGE for part in parts) >= 1
    assert parts[-1].address == ""
    assert parts[-1].outcome is not Outcome.READ


def test_an_archive_that_holds_itself_deep_ends_at_the_depth_limit(read) -> None:
    content = packed(**{"x.txt": b"x"})
    for _ in range(30):
        content = packed(**{"n.zip": content})
    parts = read(content, "a.zip")
    assert len(parts) < 15
    assert Outcome.TOO_LARGE in {part.outcome for part in parts}


def test_an_encrypted_member_is_opaque_with_its_method_and_the_rest_is_read(read) -> None:
    content = bytearray(packed(**{"a.txt": b"secret", "b.txt": b"open"}))
    local_flags, central = 6, content.index(b"PK\x01\x02")
    content[local_flags] |= 1
    content[central + 8] |= 1
    first, second, whole = read(bytes(content), "a.zip")
    assert (first.outcome, first.encrypted) == (Outcome.OPAQUE, "zip ZipCrypto")
    assert second.text == "open"
    assert (whole.outcome, whole.encrypted) == (Outcome.READ_IN_PART, "zip ZipCrypto")


def test_a_page_gives_its_blocks_and_what_hides_in_attributes_and_comments(read) -> None:
    page = """<html><head><title> Kallelse  till </title><style>p{}</style></head><body>
    lös <b>te</b>xt<p>Ett   stycke<br>ny rad</p><table><tr><td>Namn<td>Kari</tr></table>
    <a href="mailto:k%40example.no">skriv</a><img alt="Bild på Ola"><input value="ifyllt">
    <!-- borttagen Per --><script>var x = 1</script></body></html>"""
    (part,) = read(page.encode(), "")
    assert part.kind == "html"
    assert [(passage.where, passage.text) for passage in part.passages] == [
        ("title", "Kallelse till"),
        ("body", "lös text"),
        ("body", "Ett stycke"),
        ("body", "ny rad"),
        ("body", "Namn\tKari"),
        ("body", "skriv"),
        ("hyperlink", "k@example.no"),
        ("attribute", "Bild på Ola"),
        ("attribute", "ifyllt"),
        ("comment", "borttagen Per"),
    ]


def test_a_page_nested_to_stall_its_reader_loses_no_text(read) -> None:
    page = (
        "</b>" * 50_000
        + "<div></i>" * 50_000
        + "Kari <b>Nord</b>"
        + "</div>" * 50_000
        + "<a href='mailto:a@b.se'>"
    )
    (part,) = read(page.encode(), "a.html")
    assert part.outcome is Outcome.READ
    assert "Kari" in part.text
    assert "a@b.se" in part.text


def test_a_tar_without_a_magic_number_is_told_by_its_checksum(read) -> None:
    header = bytearray(512)
    header[0:5] = b"a.txt"
    header[100:108] = b"0000644\0"
    header[124:136] = b"00000000005\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)

    inner, whole = read(bytes(header) + b"hello" + bytes(507 + 1024), "a.txt")

    assert inner.text == "hello"
    assert (whole.kind, whole.outcome) == ("tar", Outcome.READ)
