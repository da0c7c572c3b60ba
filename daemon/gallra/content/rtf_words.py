"""The control words of RTF that text depends on; all others are formatting.

Source: Rich Text Format Specification 1.9.1; [MS-OXRTFEX] 2.1.3.1 (HTML inside RTF).
"""

SYMBOLS = {
    b"tab": "\t", b"line": "\n", b"page": "\n", b"column": "\n", b"softline": "\n",
    b"softpage": "\n", b"lbr": "\n", b"emdash": "\u2014", b"endash": "\u2013", b"bullet": "\u2022",
    b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d",
    b"emspace": " ", b"enspace": " ", b"qmspace": " ", b"zwnj": "", b"zwj": "", b"zwbo": "",
    b"zwnbo": "", b"ltrmark": "", b"rtlmark": "", b"nestcell": " ", b"nestrow": " ",
}  # fmt: skip
"""Words that stand for a character, or part two texts as one."""

STORIES = {
    **dict.fromkeys((b"header", b"headerl", b"headerr", b"headerf"), "header"),
    **dict.fromkeys((b"footer", b"footerl", b"footerr", b"footerf"), "footer"),
    b"footnote": "footnote",
    **dict.fromkeys((b"ftnsep", b"ftnsepc", b"ftncn"), "footnote"),
    **dict.fromkeys((b"aftnsep", b"aftnsepc", b"aftncn"), "endnote"),
    b"annotation": "comment",
    b"shptxt": "text box",
    b"dptxbxtext": "text box",
}
"""Destinations that hold paragraphs of their own."""

NOTES = {
    **dict.fromkeys((b"atnauthor", b"atnid"), "author"),
    **dict.fromkeys((b"xe", b"tc", b"tcn"), "index entry"),
    **dict.fromkeys((b"bkmkstart", b"protusertbl"), "bookmark"),
    **dict.fromkeys(
        (b"ffname", b"ffdeftext", b"ffl", b"ffhelptext", b"ffstattext", b"ffformat"), "field"
    ),
    **dict.fromkeys(
        (
            *(b"manager", b"company", b"category", b"hlinkbase", b"propname", b"staticval"),
            *(b"linkval", b"docvar"),
        ),
        "properties",
    ),
    **dict.fromkeys((b"hlloc", b"hlsrc", b"hlfr"), "hyperlink"),
    **dict.fromkeys((b"xmlname", b"xmlattrname", b"xmlattrvalue"), "custom xml"),
    **dict.fromkeys((b"objname", b"objclass", b"objtopic", b"objitem", b"objalias"), "object"),
    b"template": "template",
    b"factoidname": "other",
}
"""Destinations that hold one short text, told once."""

PROPERTIES = (b"title", b"subject", b"author", b"operator", b"keywords", b"comment", b"doccomm")
"""In the order of the convention: who changed it last is the operator."""
DATES = frozenset({b"creatim", b"revtim"})

TELLING_SHAPE = frozenset({"gtextUNICODE", "wzDescription", "wzTooltip", "wzName", "pihlShape"})
"""Of a shape's properties: word art, the text for those who cannot see it, the link."""

SILENT = frozenset(
    {
        *(b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"rsidtbl", b"generator"),
        *(b"latentstyles", b"themedata", b"colorschememapping", b"pgptbl", b"xmlnstbl"),
        *(b"fontemb", b"pnseclvl", b"wgrffmtfilter", b"blipuid", b"nonshppict", b"mmathPr"),
        *(b"datafield", b"atndate", b"atnref", b"atrfstart", b"atrfend", b"atntime", b"atnparent"),
        *(b"bkmkend", b"mhtmltag", b"panose", b"falt", b"fname", b"defchp", b"defpap"),
        *(b"keycode", b"listpicture", b"passwordhash"),
        *(b"datastore", b"nonesttables"),
        *(b"buptim", b"printim", b"saveprevpict", b"moMathPr"),
        *(b"leveltext", b"levelnumbers"),
        *(b"objtime", b"objsect", b"password", b"fontfile", b"pgdsctbl", b"ebcstart", b"ebcend"),
        *(b"aftnnchi", b"mvfmf", b"mvfml", b"mvtof", b"mvtol"),
    }
)
"""Destinations without text that anybody wrote."""
