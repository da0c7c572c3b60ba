"""Wrong extensions, none at all, and files that are two things at once."""

import io
import zipfile

import pytest
from damage_samples import TEXT, WORDS, Sample, mailbox, page, pdf, samples, written
from test_bombs import gif, jpeg

from gallra.model.passage import Part

LIES = ("", "utan", "bild.jpg", "brev.docx", "brev.pdf", "program.exe", "x.bin", "x.mp3", "x.zip",
        "x.xls", "x.7z", "x.gz")  # fmt: skip
BINARY = ("brev.docx", "bok.xlsx", "brev.pdf", "arkiv.zip", "lagrat.zip", "arkiv.7z", "lagrat.7z",
          "arkiv.tar", "arkiv.tar.gz", "brev.txt.gz", "brev.txt.bz2", "brev.txt.xz")  # fmt: skip


@pytest.fixture(scope="module", name="samples")
def _samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    return samples(tmp_path_factory.mktemp("samples"))


def counts(parts: list[Part]) -> list[int]:
    text = "\n".join(part.text for part in parts)
    return [text.count(word) for word in WORDS]


def own(parts: list[Part]) -> Part:
    (found,) = [part for part in parts if not part.address]
    return found


@pytest.mark.parametrize("lie", LIES)
def test_every_format_is_read_under_every_wrong_name(read, samples, lie) -> None:
    for name, sample in samples.items():
        right, wrong = read(sample.content, name), read(sample.content, lie)
        assert counts(wrong) == counts(right), name
        assert {part.outcome for part in wrong} == {part.outcome for part in right}, name
        if name != "lista.csv":  # a table is one by its name alone
            assert own(wrong).kind == own(right).kind, name


@pytest.mark.parametrize("lie", ["x.txt", "x.csv", "x.html", "x.eml", "x.mbox", "x.ics", "x.md"])
@pytest.mark.parametrize("name", BINARY)
def test_what_is_no_text_is_not_read_as_text_for_its_name(read, samples, lie, name) -> None:
    right, wrong = read(samples[name].content, name), read(samples[name].content, lie)
    assert own(wrong).kind == own(right).kind
    assert counts(wrong) == counts(right)


def zipped(text: str = TEXT) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("brev.txt", text)
    return stream.getvalue()


@pytest.mark.parametrize(
    "first", [gif(8, 8), jpeg(8, 8), b"\x7fELF" + bytes(600), b"OggS" + bytes(99)]
)
def test_an_archive_behind_a_picture_a_program_or_a_sound_is_read(read, first) -> None:
    assert counts(read(first + zipped(), "bild.jpg")) == [24, 24, 24]


def test_a_document_that_is_an_archive_too_is_read_as_both(read, tmp_path) -> None:
    parts = read(pdf(tmp_path) + zipped("Gunvor i arkivet"), "brev.pdf")
    assert own(parts).kind == "pdf"
    text = "\n".join(part.text for part in parts)
    assert WORDS[0] in text
    assert "Gunvor i arkivet" in text
    assert len({part.address for part in parts}) == len(parts)


def test_a_page_inside_a_picture_is_read(read) -> None:
    picture = jpeg(8, 8)
    parts = read(picture[:2] + b"\xff\xfe\x20\x00" + page() + picture[2:], "bild.jpg")
    assert counts(parts) == [24, 24, 24]


@pytest.mark.parametrize(
    "archive", [zipped(), written("7zip"), written("7zip", "compression=store")]
)
def test_a_program_that_unpacks_itself_is_the_archive_that_it_holds(read, archive) -> None:
    parts = read(b"MZ\x90\0" + bytes(range(256)) * 40 + archive, "Setup.exe")
    assert own(parts).kind in {"zip", "7z"}
    assert min(counts(parts)) >= 24


def test_a_mail_that_is_a_mailbox_is_read_as_one(read) -> None:
    parts = read(mailbox(), "brev.eml")
    assert own(parts).kind == "mbox"
    assert [part.address for part in parts if part.kind == "message"] == ["msg:1", "msg:2", "msg:3"]


def test_what_is_of_no_known_kind_is_never_passed_over_as_read(read) -> None:
    noise = bytes((number * 7919 >> 3) & 0xFF for number in range(5000))
    for name in ("", "x.mp3", "x.jpg", "x.exe", "x.txt"):
        assert all(not part.outcome.is_complete for part in read(noise, name)), name
