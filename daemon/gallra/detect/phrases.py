"""The phrases of ``data/ties.txt``, compiled: what ties a word to a person, or keeps it from it."""

import re

from gallra.detect.lexicon import alternatives, words
from gallra.detect.wording import Screen


def _any(section: str) -> str:
    return f"(?:{alternatives('ties', section)})"


DASH = "\N{EN DASH}"

FIRST_PERSON = words("ties", "first person")
SECOND_PERSON = words("ties", "second person")
THIRD_PERSON = words("ties", "third person")
SOMEBODY = words("ties", "somebody")
ALL = words("ties", "all")
GREETED_BY_OFFICE = words("ties", "greeted by office")

I = re.compile(  # noqa: E741 - the pronoun
    r"\bI(?:'\w+)? (?:am|have|was|had|would|want|joined|left|wish|can|can't|cannot|could|do|don't"
    r"|did|will|won't|need|think|feel|got|been|just|also|really|still|may|must|should|hope|work|suffer)\b"
    r"|\bI'(?:m|ve|d|ll)\b"
)
GENERAL = re.compile(alternatives("ties", "general"))
"""A sentence about anybody."""
ASKS = re.compile(alternatives("ties", "asks"))
"""A question, or a condition that opens with its verb."""
ASKED = re.compile(rf"\b{_any('asked')}\b")
REPORTED = re.compile(r"\b(?:at|att|that) (?:hun|han|ho|hon|hen|she|he)\b")
"""Somebody speaks of themselves."""
SPEAKS = re.compile(r"\b" + _any("speaks of"))
"""Somebody speaks of the subject, or works with it."""
CONTACT = re.compile(rf"\b{_any('contact')}\b[^.!?\n]{{0,20}}$")
SAID_BY = re.compile(rf"(?:^|\W)(?:{_any('said by')}|{_any('greeting')})[ ,]*$")
GREETING = re.compile(rf"(?:{_any('greeting')})\W*$")
GREETED = re.compile(
    rf"(?:^|\n)[ ]*(?:{_any('greeting')}|till|til|to|velkommen|välkommen)[ ,:]+"
    r"(?P<name>[^\W\d_]+)",
    re.IGNORECASE,
)
ROLE = re.compile(rf"[ ,(]+(?:\w+ )?{_any('role after')}")
COPULA = re.compile(rf"(?:, [^,.]{{1,30}},)?(?:,? (?:som|who))? {_any('copula')}\b")
OWN = re.compile(
    rf"(?:'?s)? (?:\w+ ){{0,2}}$|(?:'?s)? {_any('got')} (?:\w+ ){{0,3}}$"
    rf"|\)?(?: ?[:({DASH}-]| ?,) ?(?:\w+ ){{0,2}}$"
)
OF = re.compile(
    rf" ?(?:\w+ ){{0,2}}?{_any('of')}?(?: {_any('before a name')})*"
    rf"[\s:,.({DASH}-]{{1,3}}(?:\w+ )?$"
)
SENDS = re.compile(_any("sends"))
TO = re.compile(r" ?(?:till|til|to|hos) ")
POSSESSIVE_BEFORE = re.compile(rf"\b{_any('possessive')} (?:\w+ ){{0,2}}$")
POSSESSIVE_AFTER = re.compile(rf" {_any('possessive')}\b")
SHORT_MESSAGE = re.compile(
    rf"\W*(?:{_any('greeting')}\W+(?:\w+\W+){{0,2}})?{_any('verb of a short message')}\b"
)
SUBJECT = re.compile(
    r"(?<![^\W_])(?P<name>[^\W\d_]{2,})(?: [^\W\d_]+| på \w+)?"
    rf" {_any('verb of a sentence')}\b"
)
NAME_LABEL = re.compile(rf"{_any('label of a name')}[ \t]*[:\t][ \t]*$", re.IGNORECASE)
IN_CASE_OF = re.compile(rf"(?:^|\W){_any('in case of')}(?: \w+)? $")
ABOUT = re.compile(r"\b(?:om|about|vid|ved) (?:\w+ )?$")
ASKS_FOR = re.compile(_any("asks for"))
WORKS_AT = re.compile(rf"\b{_any('works at')} (?:[\w-]+ ){{0,3}}(?:på|ved|vid|i|at|in)? ?$")
SAID_IN_GENERAL = re.compile(rf"\b{_any('said in general')}\b")
COMES_AND_GOES = re.compile(_any("comes and goes"))
THOSE = re.compile(r"(?:sjukskriv|sykme|sjukme|gravid)\w*(?:na|te|e|a)$")
"""Those who are on sick leave, of whom nobody is named."""
THEY_ARE = re.compile(r"\b(?:är|er|was|were|var|blev|ble|båda|begge)\b")

NUMBERED = re.compile(r"(?:medl|member|mn)[^\d]{1,30}\d", re.IGNORECASE)
AS_MEMBER = re.compile(rf"{_any('as a member')} $")
STAYS_MEMBER = re.compile(_any("stays a member"))
IN_BODY = re.compile(r" (?:\w+ ){0,2}?(?:i|av|in|of)\b (?P<body>(?:[\w-]+ ){0,2}[\w-]+)")
INITIALS = re.compile(r"(?!AMU|OBOS|BRF|NAF|FAU|USA|ICA)[A-ZÆØÅÄÖ]{2,6}\b")
UNION_LIKE = re.compile(_any("union-like"))
MEMBER = re.compile(r"medlem(?:men|met|en|mens|mets|ens)?$|member$|non-?member$|ex-?medlem$")
HOLDS = re.compile(rf"\b{_any('holds')}\b")
APPOSED = re.compile(rf"\)? ?[,({DASH}-] ?(?:\w+ ){{0,3}}$")
MEETS = re.compile(rf"\b{_any('meets')} (?:\w+ )?$")
BY = re.compile(r"(?:,? ?(?:er|är|blir|blev|ble|vart|is|was|heter|:)(?: no| nå| nu)?|:|,)? ?$")
BESIDE = re.compile(rf" ?[-{DASH}(:] ?|\t")
BULLET = re.compile(r"[ \t]*(?:[-*•]|\d{1,3}[.):])?[ \t]*(?:[\d-]{4,13}[ \t,;]+)?")
STANDS_ON = re.compile(rf"{_any('stands on')} (?:\w+ )?$")
WORD_AS_PARTY = re.compile(rf"\b{_any('words as parties')}$")

# what may be in a sentence at all

_DEAR = {
    "general": (GENERAL.pattern,),
    "speaks": (_any("speaks of"),),
    "contact": (_any("contact"),),
    "said by": (_any("said by"), _any("greeting")),
    "possessive": (_any("possessive"),),
    "works at": (_any("works at"),),
}
"""Phrases that Python's ``re`` tries word after word at every character, and few sentences hold."""
_NAMES = tuple(_DEAR)
_LOOKING = re.compile(r"\(\?[=!][^()]*\)")


def _loosely(phrase: str) -> str:
    """Return ``phrase`` for RE2, so that it takes all that ``phrase`` takes and more.

    Without the ends of words, without what is looked ahead at, and with any character but a space
    for one of a word: where this finds nothing, ``phrase`` finds nothing in any piece of the text.
    """
    return _LOOKING.sub("", phrase).replace(r"\b", "").replace(r"\w", "[^ ]")


_SCREEN = Screen("|".join(map(_loosely, every)) for every in _DEAR.values())


def possible(low: str) -> frozenset[str]:
    """Return which of the dear phrases may be in ``low``, or in a piece of it: one pass for all.

    Args:
        low: A sentence in small letters; half a surrogate pair, which RE2 refuses, is no letter.
    """
    return frozenset(_NAMES[place] for place in _SCREEN.occurring(low.encode("utf-8", "replace")))
