"""Pictures: what they say of themselves, and what an eye makes of them."""

import io

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from gallra.content.bounds import Bounds
from gallra.content.reader import read
from gallra.content.sight import Seen
from gallra.model.passage import Outcome


class Eye:
    """An eye that keeps what it was shown, and says what it was told to."""

    def __init__(self, text="Protokoll", confidence=90.0, *, is_failed=False):
        self.shown = []
        self._seen = Seen(text=text, confidence=confidence, is_failed=is_failed)

    def look(self, width, height, pixels):
        assert len(pixels) == width * height
        self.shown.append((width, height, pixels))
        return self._seen

    def unpacked(self, content):
        del content
        return picture("JPEG")


def picture(form="PNG", size=(200, 100), mode="RGB", **more):
    drawn = Image.new(mode, size, 255 if mode in {"L", "1"} else None)
    file = io.BytesIO()
    drawn.save(file, form, **more)
    return file.getvalue()


@pytest.fixture
def parts(tmp_path):
    def read_parts(content, name="bild.png", **more):
        path = tmp_path / "file"
        path.write_bytes(content)
        with path.open("rb") as opened:
            return list(read(opened.fileno(), name, **more))

    return read_parts


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_a_picture_waits_for_an_eye_and_says_so(parts, form):
    (part,) = parts(picture(form))
    assert (part.kind, part.outcome, part.awaits_sight) == ("image", Outcome.READ_IN_PART, 1)
    assert part.reason is not None


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_what_the_eye_says_is_the_text_of_the_picture(parts, form):
    eye = Eye()
    (part,) = parts(picture(form), eye=eye)
    assert (part.outcome, part.text, part.awaits_sight) == (Outcome.READ, "Protokoll", 0)
    assert eye.shown[0][:2] == (200, 100)


def test_a_picture_that_is_hard_to_read_is_not_called_read(parts):
    (part,) = parts(picture(), eye=Eye(confidence=20))
    assert (part.outcome, part.text) == (Outcome.READ_IN_PART, "Protokoll")
    (part,) = parts(picture(), eye=Eye(text="", is_failed=True))
    assert part.outcome is Outcome.READ_IN_PART


def test_a_picture_without_writing_is_read(parts):
    (part,) = parts(picture(), eye=Eye(text="", confidence=0))
    assert (part.outcome, part.passages) == (Outcome.READ, ())


def test_a_line_of_a_signature_needs_no_eye(parts):
    (part,) = parts(picture(size=(600, 3)))
    assert (part.outcome, part.awaits_sight) == (Outcome.READ, 0)


def test_what_a_picture_says_of_itself_is_read_without_an_eye(parts):
    info = PngInfo()
    info.add_text("Author", "Kari Nilsen")
    info.add_itxt("Description", "Årsmøtet på Elgen")
    tags = Image.Exif()
    tags[0x010E] = "Möte med Åsa"
    tags[0x9C9D] = "Kari".encode("utf-16-le") + b"\0\0"
    (png,) = parts(picture(pnginfo=info))
    (jpeg,) = parts(picture("JPEG", exif=tags, comment=b"av Ola"))
    assert {each.text for each in png.passages} == {"Kari Nilsen", "Årsmøtet på Elgen"}
    assert "Kari" in jpeg.text
    assert "av Ola" in jpeg.text
    assert {each.where for each in png.passages} == {"properties"}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_manner_of_pixels_is_shown_as_grey_ones(parts, mode):
    eye = Eye()
    (part,) = parts(picture("TIFF" if mode in {"CMYK", "I;16"} else "PNG", mode=mode), eye=eye)
    assert part.outcome is Outcome.READ
    assert len(eye.shown) == 1


def test_what_is_transparent_is_shown_on_white(parts):
    drawn = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).rectangle((0, 0, 9, 59), fill=(0, 0, 0, 255))
    file = io.BytesIO()
    drawn.save(file, "PNG")
    eye = Eye()
    parts(file.getvalue(), eye=eye)
    row = eye.shown[0][2][:60]
    assert (row[0], row[59]) == (0, 255)


def test_a_picture_taken_sideways_is_shown_upright(parts):
    tags = Image.Exif()
    tags[0x0112] = 6
    eye = Eye()
    parts(picture("JPEG", exif=tags), eye=eye)
    assert eye.shown[0][:2] == (100, 200)


def test_every_page_of_a_fax_is_looked_at_up_to_the_bound(parts):
    pages = [Image.new("L", (100, 100), 255) for _ in range(4)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    (waiting,) = parts(file.getvalue(), "fax.tif")
    (part,) = parts(file.getvalue(), "fax.tif", eye=Eye())
    (bounded,) = parts(file.getvalue(), "fax.tif", eye=Eye(), bounds=Bounds(most_seen_pages=3))
    assert waiting.awaits_sight == 4
    assert [each.where for each in part.passages] == [f"picture {n}" for n in range(1, 5)]
    assert (len(bounded.passages), bounded.outcome) == (3, Outcome.READ_IN_PART)


def test_a_picture_that_breaks_off_is_damaged(parts):
    noise = Image.effect_noise((300, 300), 90)
    file = io.BytesIO()
    noise.save(file, "PNG")
    (part,) = parts(file.getvalue()[:20_000], eye=Eye())
    assert part.outcome is Outcome.DAMAGED


def test_a_phone_picture_is_unpacked_by_the_eye(parts):
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400
    (waiting,) = parts(head, "IMG_1.heic")
    (part,) = parts(head, "IMG_1.heic", eye=Eye())
    assert (waiting.outcome, waiting.awaits_sight) == (Outcome.READ_IN_PART, 1)
    assert (part.outcome, part.text) == (Outcome.READ, "Protokoll")
