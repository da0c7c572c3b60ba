"""RTF: a text planted in every corner comes out, in the characters that were meant."""

import random

import pytest

from gallra.content.bounds import Bounds
from gallra.content.rtf import passages
from gallra.model.passage import Outcome, Part

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}"
    r"{\f1\fswiss\fcharset204 Arial Cyr;}{\f2\fcharset128 Mincho;}}"
    r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 STYLENAME;}}"
)
CORNERS = (
    r"{\info{\title TITLE}{\subject SUBJECT}{\author AUTHOR}{\operator OPERATOR}"
    r"{\keywords KEYWORDS}{\doccomm DOCCOMM}{\*\manager MANAGER}{\*\company COMPANY}"
    r"{\creatim\yr2021\mo3\dy4}{\revtim\yr2022\mo5\dy6\hr7}}"
    r"{\*\userprops{\propname PROPNAME}\proptype30{\staticval STATICVAL}}"
    r"{\*\revtbl{Unknown;}{REVISER;}}"
    r"{\header\pard HEADER\par}{\headerf\pard FIRSTHEADER\par}{\footer\pard FOOTER\par}"
    r"\pard FIRST\par\pard kept \deleted OLDNAME\deleted0\revised NEWNAME\revised0  end\par"
    r"\pard{\v HIDDEN}\par"
    r"\trowd\cellx1\cellx2\pard\intbl CELL\par MORE\cell SECOND\cell\row"
    r"\trowd\cellx1\cellx2\pard\intbl\cell LAST\cell\row\pard"
    r'{\field{\*\fldinst{HYPERLINK \\l x "mailto:link%40example.se"'
    r"}}{\fldrslt{SHOWN}}}\par"
    r"noted{\footnote\pard FOOTNOTE}{\footnote\ftnalt\pard ENDNOTE}"
    r"{\*\atnid INITIALS}{\*\atnauthor COMMENTER}{\*\annotation\pard COMMENT}\par"
    r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv SHAPEDESC}}{\sp{\sn gtextUNICODE}{\sv WORDART}}"
    r"{\sp{\sn fFlipH}{\sv 0}}{\shptxt\pard SHAPETEXT\par}}{\shprslt{\*\do{\dptxbxtext"
    r"\pard SHAPETEXT\par OLDSHAPE\par}}}}"
    r"{\*\bkmkstart BOOKMARK}{\*\bkmkend BOOKMARK}{\xe\pard INDEXED}"
    r"{\field{\*\fldinst FORMTEXT {\*\formfield{\*\ffname FIELDNAME}{\*\ffhelptext HELP}"
    r"{\*\ffl CHOICE}}}{\fldrslt TYPED}}{\*\unheardof UNHEARDOF}{\*\docvar{VARNAME}{VARVALUE}}"
)


def rtf(body: str, head: str = HEAD) -> bytes:
    return (head + body + "}").encode("ascii")


def text_of(read, content: bytes) -> str:
    (part,) = read(content, "a.rtf")
    assert (part.kind, part.outcome) == ("rtf", Outcome.READ)
    return part.text


def whole(read) -> Part:
    (part,) = read(rtf(CORNERS), "a.rtf")
    assert (part.kind, part.outcome) == ("rtf", Outcome.READ)
    return part


@pytest.mark.parametrize(
    "marker",
    [
        *("TITLE", "SUBJECT", "AUTHOR", "OPERATOR", "KEYWORDS", "DOCCOMM", "MANAGER", "COMPANY"),
        *("PROPNAME", "STATICVAL", "REVISER", "HEADER", "FIRSTHEADER", "FOOTER", "FIRST"),
        *("OLDNAME", "NEWNAME", "HIDDEN", "CELL", "MORE", "SECOND", "LAST", "link@example.se"),
        *("SHOWN", "FOOTNOTE", "ENDNOTE", "INITIALS", "COMMENTER", "COMMENT", "SHAPEDESC"),
        *("WORDART", "SHAPETEXT", "OLDSHAPE", "BOOKMARK", "INDEXED", "FIELDNAME", "HELP"),
        *("CHOICE", "TYPED", "UNHEARDOF", "VARNAME", "VARVALUE"),
    ],
)
def test_a_text_planted_in_any_corner_is_found(read, marker: str) -> None:
    assert marker in whole(read).text


def test_what_is_formatting_only_is_no_text(read) -> None:
    text = whole(read).text
    for word in ("STYLENAME", "Arial", "fFlipH"):
        assert word not in text


def test_stories_have_their_places_and_rows_are_one_passage(read) -> None:
    part = whole(read)
    found = {passage.text: passage.where for passage in part.passages}
    assert found["FIRST"] == "body"
    assert found["CELL MORE\tSECOND"] == "table"
    assert found["\tLAST"] == "table"
    assert found["HEADER"] == "header"
    assert found["FOOTER"] == "footer"
    assert found["FOOTNOTE"] == "footnote"
    assert found["ENDNOTE"] == "endnote"
    assert found["COMMENT"] == "comment"
    assert found["SHAPETEXT"] == "text box"
    assert [each.text for each in part.passages].count("SHAPETEXT") == 1
    assert part.stated_on is not None
    assert part.stated_on.isoformat() == "2022-05-06"


def test_a_tracked_change_tears_neither_name_apart(read) -> None:
    found = {passage.where: passage.text for passage in whole(read).passages}
    assert found["body before change"] == "kept OLDNAME end"
    assert "kept NEWNAME end" in whole(read).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"l\'f6n", "lön"),
        (r"l\u246?n", "lön"),
        (r"l\u246 on", "lön"),
        (r"l\uc0\u246 n", "lön"),
        (r"l\uc2\u246 oen", "lön"),
        (r"l\u246\'f6n", "lön"),
        (r"\u8212\emdash x", "—x"),
        (r"\u-10179?\u-8694?", "😊"),
        (r"{\f1 \'c0\'ed\'ed\'e0}", "Анна"),
        (r"{\f2 \'8e\'52\'93\'63}", "山田"),
        (r"{\f2 \'8eR\'93c}", "山田"),
        (r"a\~b\_c\-d", "a\xa0b-cd"),
        (r"\{a\\b\}", r"{a\b}"),
        ("a\r\nb", "ab"),
        (r"{\upr{\f0 Anna ?}{\*\ud{Anna \u197 }}}", "Anna Å"),
        (r"a\line b\tab c", "a\nb\tc"),
    ],
)
def test_characters_are_those_that_were_meant(read, body: str, text: str) -> None:
    assert text_of(read, rtf(body)) == text


def test_other_code_pages_of_the_whole_document(read) -> None:
    assert text_of(read, rb"{\rtf1\mac l\'9an}") == "lön"
    assert text_of(read, rb"{\rtf1\pc l\'94n}") == "lön"
    assert text_of(read, rb"{\rtf1\ansi\ansicpg1251 \'c0}") == "А"  # noqa: RUF001 - Cyrillic
    assert text_of(read, "{\\rtf1\\ansi\\ansicpg1252 lön}".encode("cp1252")) == "lön"


def test_pictures_and_objects_are_parts_and_raw_bytes_are_no_text(read) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
    native = b"\x02\0brev.txt\0C:\\brev.txt\0\0\0\3\0\4\0\0\0t.t\0" + b"\5\0\0\0INNER"
    objects = (
        b"\1\5\0\0\2\0\0\0\x08\0\0\0Package\0" + bytes(8) + len(native).to_bytes(4, "little")
    ) + native
    raw = b"{\\pict\\pngblip\\bin%d " % len(png) + png + b"}"
    body = (
        b"{\\rtf1 before{\\*\\shppict{\\pict\\pngblip " + png.hex().encode() + b"}}"
        b"{\\nonshppict{\\pict\\wmetafile8 0102}}" + raw + b"{\\object\\objemb{\\*\\objdata "
        + objects.hex().encode() + b"}{\\result{\\pard RESULT}}}after}"
    )  # fmt: skip
    parts = read(body, "a.rtf")
    assert [part.address for part in parts] == ["", "picture-1", "picture-2", "brev.txt"]
    assert parts[0].text == "beforeRESULTafter"
    assert [part.kind for part in parts[1:3]] == ["image", "image"]
    assert parts[3].text == "INNER"


def test_a_page_inside_rtf_is_read_as_the_page_that_it_is() -> None:
    content = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}"
        rb"{\*\htmltag19 <html><body>}{\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 Hej K\'e5re &amp;"
        rb" Ola\htmlrtf }\htmlrtf0 {\*\htmltag84 <a href='mailto:kare@example.no'>}\htmlrtf SEEN"
        rb" ONLY IN RTF\par\htmlrtf0 {\*\htmltag72 </p>}"
        rb"{\*\mhtmltag84 <a href=x>}{\*\htmltag27 </body>}}"
    )
    found = [(each.where, each.text) for each in passages(content)]
    assert found[0] == ("body", "Hej Kåre &amp; Ola")
    assert any("kare@example.no" in text for _, text in found)
    assert any("SEEN ONLY IN RTF" in text for _, text in found)


def test_what_breaks_off_is_read_in_part(read) -> None:
    (part,) = read(rb"{\rtf1 text {\b more", "a.rtf")
    assert (part.outcome, part.text) == (Outcome.READ_IN_PART, "text more")
    part = read(rb"{\rtf1 text {\pict\bin900 xx}}", "a.rtf")[0]
    assert part.outcome is Outcome.READ_IN_PART


def test_limits_of_text_and_of_groups_are_said(read) -> None:
    (part,) = read(rtf(r"abcdefghij\par " * 5000), "a.rtf", Bounds(most_characters=1000))
    assert part.outcome is Outcome.READ_IN_PART
    assert len(part.text) <= 1000
    (part,) = read(b"{\\rtf1 FIRST\\par " + b"{" * 100_000, "a.rtf")
    assert part.outcome is Outcome.READ_IN_PART
    assert part.text == "FIRST"


def test_tokens_are_whole_wherever_the_stream_is_cut(read) -> None:
    chance = random.Random(7)
    for _ in range(2):
        words = [f"ord{number}" for number in range(70_000)]
        gap = "x" * chance.randrange(200)
        body = gap + "".join(rf"\'e5{word}\u246?\par" + "\n" for word in words)
        lines = text_of(read, rtf(body)).split("\n")
        assert lines[1:] == [f"å{word}ö" for word in words[1:]]


@pytest.mark.parametrize("seed", range(6))
def test_damaged_rtf_ends_with_an_outcome_and_a_cut_one_is_never_whole(read, seed: int) -> None:
    content = rtf(CORNERS)
    chance = random.Random(seed)
    for _ in range(10):
        cut = chance.randrange(10, len(content) - 1)
        assert read(content[:cut], "a.rtf")[0].outcome is not Outcome.READ
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        for part in read(bytes(flipped), "a.rtf"):
            assert (part.reason is None) is (part.outcome is Outcome.READ)
