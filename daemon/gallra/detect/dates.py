"""The date that a document speaks of: from its name, its words, what it states about itself.

Where they disagree the latest is taken, and a year or a month means its last day: a retention
period that is counted from this date may begin too late, but never too early. No clock is read:
whether a date lies in the future is judged by who knows the time.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from gallra.detect.checksums import is_date
from gallra.detect.wording import Screen
from gallra.model.finding import DocumentDate, Precision
from gallra.model.passage import Part

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "mai": 5, "may": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12, "des": 12,
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uari|uar|uary)?|feb(?:ruari|ruar|ruary)?|mar(?:s|ch)?|apr(?:il)?|maj|mai|may"
    r"|jun[ei]?|jul[iy]?"
    r"|aug(?:usti|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?"
    r"|de[sc](?:ember)?)\.?"
)
_YEAR = r"(?:19[5-9]|20[0-9])\d"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_YEAR}(?<![\d-]....) ?[-\u2013/] ?(?P<y>{_YEAR})(?![\d-])"), "y"),
    (
        re.compile(rf"(?P<y>{_YEAR})(?<!\d....)[-._/ ](?P<m>[01]?\d)[-._/ ](?P<d>[0-3]?\d)(?!\d)"),
        "ymd",
    ),
    (
        re.compile(rf"(?<!\d)(?P<d>[0-3]?\d)[-._/] ?(?P<m>[01]?\d)[-._/] ?(?P<y>{_YEAR})(?!\d)"),
        "dmy",
    ),
    (
        re.compile(
            rf"(?<!\d)(?P<d>[0-3]?\d)\.? ?(?:e|de|te|th|st|nd"
            rf"|rd)? ?(?P<n>{_MONTH}),? ?(?P<y>{_YEAR})(?!\d)",
            re.IGNORECASE,
        ),
        "dny",
    ),
    (
        re.compile(
            rf"(?P<y>{_YEAR})(?<!\d....)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d|[-+ ]\d{{4}}(?!\d))"
        ),
        "ymd",
    ),
    (re.compile(rf"(?<![^\W\d_])(?P<n>{_MONTH})[ _-](?P<y>{_YEAR})(?!\d)", re.IGNORECASE), "ny"),
    (re.compile(rf"(?P<y>{_YEAR})(?<!\d....)[-_/](?P<m>0[1-9]|1[0-2])(?!\d|[-./]\d)"), "ym"),
    (re.compile(rf"(?P<y>{_YEAR})(?<![\d.,-]....)(?![\d]|[.,-]\d)"), "y"),
)
_ANY_YEAR = re.compile(rf"{_YEAR}(?<!\d....)")
_MONTH_HINT = re.compile(
    r"[jfmasondJFMASOND\u017f](?i:an|eb|ar|pr|a[ijy]|un|ul|ug|ep|[kc]t|ov|e[sc])"
)
_LONGEST_MONTH = 14
_LONGEST_DATE = 40
"""Characters of a date beside its year, and what the forms look at around it: fewer than this."""
_SHORT = re.compile(r"(?<!\d)(?P<y>\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")


def _ends(words: str) -> Screen:
    """Return what tells whether a text ends in ``words``; ``re`` tries each at every place."""
    return Screen([words.replace(r"\w*", r"[\p{L}\p{N}_]*") + "$"])


_LABEL = _ends(
    r"(?:datum|dato|date|mötesdatum|møtedato|den|avser|gäller|gjelder|gjeld|period|perioden|för"
    r"|per|pr\.?|år|året|upprättad|opprettet|oppretta"
    r"|löne(?:förhandling|revision|översyn|lista|listor|underlag)\w*|lönerevision\w*|lönelist\w*"
    r"|lønns?(?:forhandling|oppgjør|regulering|liste|revisjon)\w*|løns?(?:forhandling|oppgjer"
    r"|liste)\w*"
    r"|förhandling\w*|forhandling\w*|oppgjør\w*|oppgjer\w*|avtalsrörelse\w*|protokoll\w*"
    r"|referat\w*|møte\w*|möte\w*|årsmöte\w*|årsmøte\w*|sammanträde\w*"
    r"|medlemsregister|medlemslist\w*|verksamhetsår|budget|budsjett|salary (?:review|list)"
    r"|minutes|meeting)"
    r"[ :,(./-]{0,4}(?:den |the |on |av |for |för |i |,|mandag|måndag|tisdag|onsdag|torsdag"
    r"|fredag|laurdag|lørdag|lördag|søndag|söndag|måndagen|tysdag){0,2} ?"
)
SAMPLE = 6_000
"""Characters at the beginning of a text in which its date is looked for."""
_BIRTH = _ends(
    r"(?:född\w*|född|født|fødd|fødsels\w*|födelse\w*|f\.|born|pers\w*nr"
    r"|personnummer)[ :.]{0,3}(?:den )?"
)
_NO_HEADING = re.compile(r"[;\t\d]")
_HEADING = 200
"""A year in the first characters needs no label: a heading."""


def document_date(
    text: str, *, name: str, stated_on: date | None, part: Part
) -> DocumentDate | None:
    """Return the latest of what name and text say; else what the part states about itself."""
    if part.message is not None and stated_on is not None:
        return DocumentDate(on=stated_on, precision=Precision.DAY, source="header")
    found = [*_of_name(name), *_of_text(text[:SAMPLE])]
    if found:
        return max(found, key=lambda each: (each.on, each.precision is Precision.DAY))
    if stated_on is not None:
        source = "header" if part.message is not None else "properties"
        return DocumentDate(on=stated_on, precision=Precision.DAY, source=source)
    return None


def _of_name(name: str) -> Iterator[DocumentDate]:
    for start, _, on, precision in _dates(name.replace("_", " ")):
        del start
        yield DocumentDate(on=on, precision=precision, source="name")
    for match in _SHORT.finditer(name):
        year = 2000 + int(match["y"])
        if year <= 2049 and is_date(year, int(match["m"]), int(match["d"])):  # noqa: PLR2004 - later ones are numbers
            on = date(year, int(match["m"]), int(match["d"]))
            yield DocumentDate(on=on, precision=Precision.DAY, source="name")


def _of_text(text: str) -> Iterator[DocumentDate]:
    for start, end, on, precision in _dates(text):
        before = text[max(0, start - 60) : start].rpartition("\n")[2]
        if _BIRTH.occurring(before):
            continue
        if start >= _HEADING:
            is_heading = False
        elif precision is Precision.DAY:
            line = text[start - len(before) : end + 40].partition("\n")[0]
            is_heading = len(line) < _HEADING // 2 and ";" not in line and "\t" not in line
        else:
            line = before.strip()
            is_heading = len(line) < 60 and not _NO_HEADING.search(line)  # noqa: PLR2004 - a line
        if is_heading or _LABEL.occurring(before):
            yield DocumentDate(on=on, precision=precision, source="text")


def _dates(text: str) -> Iterator[tuple[int, int, date, Precision]]:
    places = _around_years(text)
    if not places:
        return
    covered: list[tuple[int, int]] = []
    for pattern, form in _FORMS:
        for first, last, is_month in places:
            if "n" in form and not is_month:
                continue
            for match in pattern.finditer(text, first, last):
                start, end = match.span()
                if any(start < stop and begin < end for begin, stop in covered):
                    continue
                read = _read(match, form)
                if read is not None:
                    covered.append((start, end))
                    yield start, end, *read


def _around_years(text: str) -> list[tuple[int, int, bool]]:
    """Return the stretches of ``text`` that a date can stand in, and whether with a month's name.

    Every form holds its year, and a month's name stands directly before it.
    """
    places: list[tuple[int, int, bool]] = []
    for match in _ANY_YEAR.finditer(text):
        year, end = match.start(), match.end() + _LONGEST_DATE
        start = max(0, year - _LONGEST_DATE)
        is_month = _MONTH_HINT.search(text, max(0, year - _LONGEST_MONTH), year) is not None
        if places and start <= places[-1][1]:
            start, _, is_other = places.pop()
            is_month = is_month or is_other
        places.append((start, end, is_month))
    return places


def _read(match: re.Match[str], form: str) -> tuple[date, Precision] | None:
    year = int(match["y"])
    if form == "y":
        return date(year, 12, 31), Precision.YEAR
    month = _MONTHS[match["n"][:3].lower()] if "n" in form else int(match["m"])
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return None
    if "d" not in form:
        return date(year, month, monthrange(year, month)[1]), Precision.MONTH
    day = int(match["d"])
    return (date(year, month, day), Precision.DAY) if is_date(year, month, day) else None
