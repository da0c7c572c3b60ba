"""Which files a share is made of, in which proportions, and where they lie."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from sample_share import archives, kinds, letters, ooxml, pdf, pictures, plain
from sample_share.mail import as_eml, as_mbox
from sample_share.papers import DAMAGED, UNSUPPORTED, File, PartTruth, Subject, Workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sample_share.kinds import Turn
    from sample_share.mail import Letter
    from sample_share.papers import Paper

CASES = "Ärenden"
MAILS = "E-post"
SHARED_MAILBOX = "Funktionsbrevlåda"
LANGUAGES = ("sv", "nb", "sv", "nn", "sv", "nb")
_NFD_EVERY = 23
_MAILBOX_FOLDERS = ("Inkorg", "Skickat", "Arkiv", "Innboks", "Sendte elementer")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A sort of file."""

    name: str
    weight: int
    """How many of every 200 files, roughly."""
    make: Callable[[Turn], tuple[str, File]]
    """Returns the folder, below the root, and the file."""


def shaped(document: Paper | Workbook, form: str, rng: Random) -> File:
    """Return ``document`` as ``form``; as docx where its names cannot be drawn as PDF."""
    if isinstance(document, Workbook):
        if form == "xlsx":
            return ooxml.as_xlsx(document)
        if form == "csv":
            return plain.as_csv(document, rng)
        document = kinds.as_paper(document)
    if form == "txt":
        return plain.as_txt(document, rng)
    if form == "html":
        return plain.as_html(document)
    if form == "pdf" and pdf.is_drawable(document):
        return pdf.as_pdf(document)
    return ooxml.as_docx(document)


def _spoken(turn: Turn, kind: str) -> Turn:
    """Return ``turn`` in the language whose turn it is, and that has words for ``kind``."""
    language = LANGUAGES[turn.number % len(LANGUAGES)]
    return replace(turn, language=language if kind in kinds.words(language) else "nb")


def _papers(
    kind: str, forms: tuple[str, ...], language: str | None = None
) -> Callable[[Turn], tuple[str, File]]:
    def make(turn: Turn) -> tuple[str, File]:
        turn = replace(turn, language=language) if language else _spoken(turn, kind)
        folder, document = kinds.draw(turn, kind)
        # Formats turn more slowly than languages, so that each meets each.
        form = forms[(turn.number // len(LANGUAGES) + turn.number) % len(forms)]
        area = kinds.words(turn.language)["area"]
        return f"{area}/{folder}", shaped(document, form, turn.rng)

    return make


def _case(turn: Turn) -> tuple[str, File]:
    """Three papers to a case: the same member, the same day, one folder."""
    number, place = divmod(turn.number, 3)
    rng = Random(f"{turn.seed}/case/{number}")  # noqa: S311 - repeatable, not secret
    case = _spoken(replace(turn, number=number, rng=rng), "case")
    folder, document = kinds.draw(case, "case", variant=place)
    form = ("docx", "pdf", "txt")[place]
    return f"{kinds.words(case.language)['cases']}/{folder}", shaped(document, form, turn.rng)


def _post(turn: Turn, class_code: str) -> letters.Post:
    turn = _spoken(turn, "mail")
    return letters.Post(turn, kinds.drawn_day(turn), class_code=class_code)


def _attachments(turn: Turn) -> tuple[File, ...]:
    kind, form = turn.rng.choice(
        (
            ("salary-list", "xlsx"),
            ("salary-list", "csv"),
            ("minutes", "docx"),
            ("minutes", "zip"),
            ("member-register", "xlsx"),
            ("policy", "pdf"),
        )
    )
    _, document = kinds.draw(replace(turn, number=turn.rng.randrange(500)), kind)
    if form == "zip":
        inner = shaped(document, "docx", turn.rng)
        return (archives.as_zip(f"{document.stem}.zip", [inner]),)
    if kind == "policy":
        document = replace(document, stem=f"{document.stem} 100%")
        return (shaped(document, form, turn.rng), _picture(turn))
    return (shaped(document, form, turn.rng),)


def _one_letter(turn: Turn, post: letters.Post) -> Letter:
    choice = turn.rng.randrange(10)
    if choice < 4:  # noqa: PLR2004 - four letters in ten are ordinary
        return next(post.thread(1))
    if choice < 6:  # noqa: PLR2004 - two in ten about a case
        return next(post.case(1))
    if choice < 8:  # noqa: PLR2004 - two in ten with something attached
        return post.covering(_attachments(post.turn))
    return post.mailing(is_open=choice == 8)  # noqa: PLR2004 - and one open, one blind


def _mbox(turn: Turn) -> tuple[str, File]:
    first = _post(turn, "mail")
    found: list[Letter] = []
    for place in range(turn.rng.randint(3, 6)):
        found.extend(first.thread(turn.rng.randint(1, 3)))
        if place % 2:
            found.extend(first.case(turn.rng.randint(1, 2)))
        found.append(first.covering(_attachments(first.turn)))
    found.append(first.mailing(is_open=True))
    found.append(first.mailing(is_open=False))
    name = f"{_MAILBOX_FOLDERS[turn.number % len(_MAILBOX_FOLDERS)]} {turn.number + 1}.mbox"
    return f"{MAILS}/Export", as_mbox(name, found, _container(found, "mail"), turn.rng)


def _container(found: list[Letter], class_code: str) -> Subject:
    on = max(letter.sent_at for letter in found).date()
    return Subject(kind=None, language=None, class_code=class_code, on=on)


def _shared_mbox(turn: Turn) -> tuple[str, File]:
    post = _post(turn, "shared-mailbox-mail")
    found = [*post.thread(2), *post.case(2), *post.thread(3)]
    container = _container(found, "shared-mailbox-mail")
    return SHARED_MAILBOX, as_mbox(
        f"Ärendeinkorg {turn.number + 1}.mbox", found, container, turn.rng
    )


def _maildir_name(turn: Turn, letter: Letter) -> tuple[str, str]:
    folder = ("cur", "new", "cur", "cur", "tmp", "new")[turn.number % 6]
    flags = f":2,{turn.rng.choice(('', 'S', 'RS', 'F'))}" if folder == "cur" else ""
    stamp = int(letter.sent_at.timestamp())
    return folder, f"{stamp}.M{turn.rng.randrange(10**6)}P{turn.number + 1}.klubb{flags}"


def _shared_maildir(turn: Turn) -> tuple[str, File]:
    post = _post(turn, "shared-mailbox-mail")
    letter = next(post.case(1) if turn.number % 3 == 0 else post.thread(1))
    folder, name = _maildir_name(turn, letter)
    return f"{SHARED_MAILBOX}/Maildir/{folder}", as_eml(name, letter, turn.rng, line_end="\n")


def _maildir(turn: Turn) -> tuple[str, File]:
    letter = _one_letter(turn, _post(turn, "mail"))
    folder, name = _maildir_name(turn, letter)
    return f"{MAILS}/Maildir/{folder}", as_eml(name, letter, turn.rng, line_end="\n")


def _eml(turn: Turn) -> tuple[str, File]:
    letter = _one_letter(turn, _post(turn, "mail"))
    heading = letter.heading.text.replace(":", "").replace("/", "-")
    name = f"{letter.subject.on.isoformat()} {heading}.eml"
    return f"{MAILS}/Enskilda brev", as_eml(name, letter, turn.rng)


def _case_eml(turn: Turn) -> tuple[str, File]:
    post = _post(turn, "individual-case")
    letter = next(post.case(1))
    folder = f"{kinds.words(post.turn.language)['cases']}/Brev {letter.subject.on.year}"
    return folder, as_eml(f"{letter.heading.text.replace(':', '')}.eml", letter, turn.rng)


def _picture(turn: Turn) -> File:
    on = kinds.drawn_day(turn)
    form = ("png", "jpg")[turn.number % 2]
    content = pictures.png(turn.rng) if form == "png" else pictures.jpeg(turn.rng)
    subject = Subject(kind=None, language=None, class_code="no-personal-data", on=on)
    own = PartTruth(address="", format="image", is_record=True)
    return File(
        name=f"IMG_{on:%Y%m%d}_{turn.rng.randrange(10**6):06d}.{form}",
        content=content,
        subject=subject,
        parts=(own,),
    )


def _drawing(turn: Turn) -> File:
    """Return a drawing of the premises, in a form that nobody but its own program reads."""
    on = kinds.drawn_day(turn)
    subject = Subject(kind=None, language=None, class_code="not-read", on=on)
    own = PartTruth(address="", format="image", outcome=UNSUPPORTED, is_record=True)
    return File(
        name=f"Lokal {on:%Y-%m-%d}.dwg",
        content=b"AC1027" + bytes(5) + turn.rng.randbytes(600),
        subject=subject,
        parts=(own,),
    )


def _photo(turn: Turn) -> tuple[str, File]:
    file = _picture(turn) if turn.number % 3 else _drawing(turn)
    return f"Gemensam/Foton/{file.subject.on.year}", file


def _archive(turn: Turn) -> tuple[str, File]:
    """Return minutes or pay lists, packed; every third archive holds another one."""
    kind, forms = (
        ("minutes", ("docx", "pdf", "txt")),
        ("salary-list", ("xlsx", "csv", "pdf")),
    )[turn.number % 2]
    turn = _spoken(turn, kind)
    files = []
    for place, form in enumerate(forms):
        _, document = kinds.draw(turn, kind, variant=place)
        document = replace(document, stem=f"{place + 1} {document.stem}")
        files.append(shaped(document, form, turn.rng))
    if turn.number % 3 == 0:
        files = [files[0], archives.as_zip("äldre.zip", files[1:])]
    said = kinds.words(turn.language)
    name = f"{said['packed'][kind]} {files[0].subject.on.year} ({turn.number + 1}).zip"
    return f"{said['area']}/Arkiv", archives.as_zip(name, files)


def _sealed(turn: Turn) -> tuple[str, File]:
    folder, inner = _papers("member-register", ("xlsx",))(turn)
    subject = replace(inner.subject, class_code="not-read", kind=None, special_categories=())
    word = kinds.words(inner.subject.language or "sv")["password"]
    name = f"{inner.name.removesuffix('.xlsx')} {word}.zip"
    return folder, archives.as_encrypted_zip(name, replace(inner, subject=subject), turn.rng)


def _damaged(turn: Turn) -> tuple[str, File]:
    folder, whole = _papers("minutes", ("docx",))(turn)
    subject = replace(whole.subject, class_code="not-read", kind=None, document_date=None)
    own = PartTruth(address="", format="docx", outcome=DAMAGED, is_record=True)
    torn = whole.content[: len(whole.content) // 3]
    restored = kinds.words(whole.subject.language or "sv")["restored"]
    return f"{folder}/{restored}", File(
        name=whole.name, content=torn, subject=subject, parts=(own,)
    )


def _legacy(turn: Turn) -> tuple[str, File]:
    """Return a file whose name an old server wrote in Latin-1: its bytes are no UTF-8."""
    _, file = _papers("minutes", ("txt",), "sv")(turn)
    name = f"Årsmöte {file.name}".encode("latin-1").decode("utf-8", "surrogateescape")
    return "Gemensam/Gamla servern", replace(file, name=name)


RECIPES = (
    Recipe("salary-list", 18, _papers("salary-list", ("xlsx", "xlsx", "csv", "pdf"))),
    Recipe("member-register", 18, _papers("member-register", ("xlsx", "csv"))),
    Recipe("case", 18, _case),
    Recipe("mbox", 3, _mbox),
    Recipe("minutes", 14, _papers("minutes", ("docx", "pdf", "html", "docx"))),
    Recipe("hiring-committee", 7, _papers("hiring-committee", ("docx", "pdf"))),
    Recipe("conflict", 5, _papers("conflict-preparedness", ("xlsx", "docx"))),
    Recipe("new-employees", 6, _papers("new-employees", ("xlsx", "csv"))),
    Recipe("recruiting-list", 5, _papers("recruiting-list", ("xlsx", "txt"))),
    Recipe("participant-list", 6, _papers("participant-list", ("xlsx", "docx"))),
    Recipe("invitation", 5, _papers("invitation", ("docx", "pdf", "html"))),
    Recipe("consent", 5, _papers("consent", ("pdf", "docx"))),
    Recipe("confidentiality", 3, _papers("confidentiality-declaration", ("docx", "pdf"))),
    Recipe("accounting-se", 7, _papers("accounting", ("pdf", "docx"), "sv")),
    Recipe("accounting-no", 6, _papers("accounting", ("pdf", "docx"), "nb")),
    Recipe("shared-maildir", 12, _shared_maildir),
    Recipe("eml", 9, _eml),
    Recipe("leftover", 4, _papers("leftover", ("txt", "docx"))),
    Recipe("decoy", 6, _papers("decoy", ("docx", "txt", "pdf"))),
    Recipe("photo", 7, _photo),
    Recipe("maildir", 12, _maildir),
    Recipe("policy", 4, _papers("policy", ("docx", "pdf", "html"))),
    Recipe("template", 4, _papers("template", ("docx", "txt"))),
    Recipe("archive", 5, _archive),
    Recipe("case-eml", 5, _case_eml),
    Recipe("shared-mbox", 2, _shared_mbox),
    Recipe("sealed", 2, _sealed),
    Recipe("damaged", 2, _damaged),
    Recipe("legacy", 1, _legacy),
)
"""The first twenty together have every retention class: even a small share shows them all."""


def counts(files: int) -> tuple[int, ...]:
    """Return how many files each recipe makes: one at least while they last, then by weight."""
    if files <= len(RECIPES):
        return tuple(int(place < files) for place in range(len(RECIPES)))
    whole = sum(recipe.weight for recipe in RECIPES)
    spare = files - len(RECIPES)
    shares = [divmod(spare * recipe.weight, whole) for recipe in RECIPES]
    result = [1 + share for share, _ in shares]
    by_rest = sorted(range(len(RECIPES)), key=lambda place: -shares[place][1])
    for place in by_rest[: files - sum(result)]:
        result[place] += 1
    return tuple(result)


def made(recipe: Recipe, number: int, *, seed: int, today: date) -> tuple[str, File]:
    """Return the folder and the ``number``-th file of ``recipe``.

    Now and then a name comes decomposed, as a Mac writes it.
    """
    rng = Random(f"{seed}/{recipe.name}/{number}")  # noqa: S311 - repeatable, not secret
    folder, file = recipe.make(kinds.Turn(seed=seed, number=number, rng=rng, today=today))
    if number % _NFD_EVERY == 1:
        file = replace(file, name=unicodedata.normalize("NFD", file.name))
    return folder, file
