"""From the kind that the content stage names to the group that a rule names."""

from gallra.model.entities import FileType

TYPE_OF_KIND: dict[str, FileType] = {
    **dict.fromkeys(
        (
            "7z",
            "Z",
            "archive",
            "bz2",
            "gz",
            "jar",
            "lz",
            "lz4",
            "lzma",
            "rar",
            "tar",
            "xz",
            "zip",
            "zst",
        ),
        FileType.ARCHIVE,
    ),
    **dict.fromkeys(("doc", "docm", "docx", "dotx", "odt", "rtf"), FileType.DOCUMENT),
    **dict.fromkeys(
        ("bmp", "gif", "heic", "image", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"),
        FileType.IMAGE,
    ),
    **dict.fromkeys(("maildir", "mailbox", "mbox", "olm", "ost", "pst"), FileType.MAILBOX),
    **dict.fromkeys(("appointment", "email", "eml", "message", "msg", "tnef"), FileType.MESSAGE),
    **dict.fromkeys(("pdf",), FileType.PDF),
    **dict.fromkeys(("odp", "ppt", "pptm", "pptx"), FileType.PRESENTATION),
    **dict.fromkeys(
        ("csv", "ods", "sheet", "tsv", "xls", "xlsb", "xlsm", "xlsx", "xltx"),
        FileType.SPREADSHEET,
    ),
    **dict.fromkeys(("ics", "json", "log", "md", "text", "txt", "vcf", "xml"), FileType.TEXT),
    **dict.fromkeys(("htm", "html", "mhtml", "xhtml"), FileType.WEB),
}


def type_of(kind: str) -> FileType:
    """Return the group that ``kind`` belongs to; what nobody knows is ``other``."""
    return TYPE_OF_KIND.get(kind, FileType.OTHER)
