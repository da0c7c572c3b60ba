"""Which characters a font's bytes are, in RTF.

Source: Rich Text Format Specification 1.9.1, 'Font Table', 'Character Set'.
"""

import codecs

CODE_PAGES = {
    0: "cp1252", 77: "mac_roman", 78: "cp932", 79: "cp949", 80: "cp936", 81: "cp950",
    83: "mac_greek", 84: "mac_turkish", 88: "mac_latin2", 89: "mac_cyrillic", 128: "cp932",
    129: "cp949", 130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""By the character set of a font."""
_BY_NUMBER = {
    10000: "mac_roman", 10006: "mac_greek", 10007: "mac_cyrillic", 10029: "mac_latin2",
    10081: "mac_turkish", 20127: "cp1252", 28591: "cp1252", 65001: "utf-8", 1361: "johab",
    1200: "utf-16-le", 0: "cp1252", 1: "cp1252", 2: "cp1252", 42: "cp1252", 20866: "koi8_r",
    51932: "euc_jp", 50220: "iso2022_jp", 51949: "euc_kr", 54936: "gb18030", 28592: "iso8859-2",
    28605: "iso8859-15", 32768: "mac_roman", 32769: "cp1252",
}  # fmt: skip


def codec_of(number: int) -> str:
    """Return the codec for a Windows code page; Western European where there is none."""
    name = _BY_NUMBER.get(number) or f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


class Fonts:
    """The font table, and the code page of the whole document."""

    def __init__(self) -> None:
        """Begin with Western European and no font."""
        self.default = 0
        self._default_codec = "cp1252"
        self._codecs: dict[int, str] = {}
        self._described = 0

    def codec(self, number: int | None = None) -> str:
        """Return the codec of a font, or of the default font."""
        return self._codecs.get(self.default if number is None else number, self._default_codec)

    def describe(self, number: int) -> None:
        """Begin the description of a font."""
        self._described = number

    def charset(self, number: int) -> None:
        """Take the character set of the font that is described; 0 and 1 are the document's."""
        if number > 1 and number in CODE_PAGES:
            self._codecs[self._described] = CODE_PAGES[number]

    def code_page(self, number: int) -> None:
        """Take the code page of the font that is described."""
        if number:
            self._codecs[self._described] = codec_of(number)

    def set_code_page(self, name: bytes, number: int) -> str:
        """Take the document's code page, by number or by a machine's name; return its codec."""
        known = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
        self._default_codec = known.get(name) or codec_of(number)
        return self._default_codec
