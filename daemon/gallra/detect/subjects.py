"""What a document is: scored lexicons, the columns of its tables, and whom it names.

A word of the lexicon makes a guess; evidence makes a kind. A salary list lists persons and their
pay; a template or a policy *about* salary lists names nobody, and is none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import re2

from gallra.detect.tables import Table
from gallra.detect.verdict import PERSONAL, Mark
from gallra.detect.wording import words_of
from gallra.model.finding import Subject

THRESHOLD = 0.5
TITLED = 0.4
"""What a word in the title, or in the name, gives."""
_HEAD = 1_500
"""Characters that count as title and introduction."""
_SAMPLE = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    words: re2._Regexp
    """In the name or the head: the document says what it is."""
    hints: re2._Regexp
    """Anywhere: three different ones say as much."""
    least_people: int = 1


_KINDS: dict[str, _Kind] = {
    "salary-list": _Kind(
        words=words_of(
            r"lönelist\w*|lönekrav\w*|lønn?skrav\w*|löneunderlag\w*|lönerevision\w*|löneöversyn\w*|löneförhandling\w*|lönestatistik|lönekartläggning"
            r"|lønns?list\w*|lønnsforhandling\w*|lønnsoppgjør\w*|lønnsregulering\w*|lønnsoversikt\w*|lønnsgrunnlag\w*|lønnsdata"
            r"|løns?list\w*|lønsforhandling\w*|lønsoppgjer\w*|lønsoversikt\w*|nye? lønn\w*|nya löner|salary (?:list|review)\w*|löner\b|lønninger|lønningar"
        ),
        hints=words_of(r"månadslön\w*|ny lön|ny lønn|ny løn|påslag|grundlön|grunnlønn|årslønn|månedslønn|månadsløn|lönespann|tillägg|tillegg"),
        least_people=2,
    ),
    "member-register": _Kind(
        words=words_of(
            r"medlems?(?:register|registret|registeret|list\w*|förteckning\w*|oversikt\w*|matrikkel)|medlemmar i\b|medlemmer i\b|medlemer i\b|medlemmar\b|medlemmer\b|medlemer\b|member (?:list|register)"
        ),
        hints=words_of(r"medlemsn\w*|medlemskap\w*|inträde\w*|innmeldt\w*|medlem sedan|medlem siden|medlem sidan|avdelning|avdeling|klubb\w*|arbetsplats|arbeidsplass"),
        least_people=2,
    ),
    "case": _Kind(
        words=words_of(
            r"ärende\w*|(?:sak|saka|saken) \d{4}[-/]\d+|sak(?:a|en) gjeld(?:er)?|personalärende\w*|medlemsärende\w*|tvist\w*|förhandlingsframställan|tvisteförhandling\w*|rehabärende\w*|personalsak\w*|medlemssak\w*|saksmappe|saksnotat|saksframlegg"
            r"|sak:|sak nr|saksnr|saksnummer|drøfting\w*|tvistesak\w*|oppsigelsessak\w*|oppsigelse av|uppsägning av|varning\b|advarsel|åtvaring|case (?:file|notes)|individärende\w*|överläggning\w*|omplacering\w*|avsked\w*|avskjed\w*"
        ),
        hints=words_of(
            r"uppsägning\w*|oppsigelse\w*|oppseiing\w*|sjukskriv\w*|sykmeld\w*|sjukmeld\w*|rehab\w*|arbetsgivaren|arbeidsgiver\w*|arbeidsgjevar\w*|medlemmen|medlemmet|medlemen|förhandling\w*|drøftingsmøte\w*"
            r"|mobbning|mobbing|trakasser\w*|arbetsmiljö\w*|arbeidsmiljø\w*|varsel|varsl\w*|konflikt\w*|diskriminering\w*|utredning\w*|ombud\w*|bisitter|tillitsvalgt\w*|lokal förhandling|begärt hjälp|bistand"
        ),
    ),
    "hiring-committee": _Kind(
        words=words_of(
            r"ansettelsesutvalg\w*|tilsettingsutvalg\w*|tilsettingsråd\w*|tilsetjingsutval\w*|innstilling\w*|innstillingsråd|ansettelsesråd|tilsettingssak\w*|ansettelsessak\w*|rekryteringsgrupp\w*|rekryteringskommitt\w*|anställningsnämnd\w*|tillsättning\w*"
            r"|sökandelist\w*|ansökningshandling\w*|søkerliste\w*|søkjarliste\w*|utvidet søkerliste|hiring committee|rekryteringsärende\w*|rekrytering av"
        ),
        hints=words_of(r"sökande\w*|søker\w*|søkjar\w*|kandidat\w*|intervju\w*|referens(?:er|tagning)\w*|referanse\w*|kvalifi\w*|meriter\w*|rangering\w*|rangordn\w*|tjänsten|stillingen|stillinga|tilsett\w*|tillsätt\w*"),
    ),
    "conflict-preparedness": _Kind(
        words=words_of(
            r"konfliktberedskap\w*|konfliktbered\w*|strejk\w*|streik\w*|streikeliste\w*|streikeuttak\w*|uttakslist\w*|uttak til streik|konfliktlist\w*|varsellist\w*|konfliktgrupp\w*|strejkvakt\w*|strike (?:list|preparedness)|plassfratredelse\w*|konfliktvarsel\w*"
        ),
        hints=words_of(r"dispensasjon\w*|dispens\w*|konfliktersättning\w*|konfliktstøtte\w*|uttak\w*|lockout|blockad\w*|varslad\w*|varslet|streikevakt\w*|konfliktkommitté\w*|streikekomit\w*"),
    ),
    "minutes": _Kind(
        words=words_of(
            r"protokoll\w*|mötesprotokoll\w*|styrelseprotokoll\w*|møteprotokoll\w*|referat\w*|møtereferat\w*|styremøte\w*|styrelsemöte\w*|minnesanteckning\w*|mötesanteckning\w*|minutes of\w*|meeting minutes|møtebok|årsmøteprotokoll"
        ),
        hints=words_of(r"närvarande|frånvarande|dagordning\w*|justerare|justeras|justerat|ordförande|sekreterare|mötet öppna\w*|mötet avsluta\w*|til stede|forfall|saksliste\w*|sakliste\w*|møteleder|møteleiar|referent|vedtak|beslut\w*|beslöt\w*|§ ?\d+|sak \d+(?:/\d+)?|til stades|eventuelt|övriga frågor|present:|agenda|vedtatt|vedteke"),
        least_people=1,
    ),
    "new-employees": _Kind(
        words=words_of(
            r"nyanställd\w*|nya medarbetare|nya anställda|nyansatte\w*|nyansatt\b|nye medarbeidere|nye ansatte|nytilsett\w*|nytilsette\w*|nye tilsette|nye medarbeidarar|new (?:employees|hires|starters)|lista över nya\w*"
        ),
        hints=words_of(r"anställd från|anställningsdatum|startdatum|startdato|tiltr\w+|tillträd\w*|ansettelsesdato|tilsettingsdato|befattning|stilling|avdelning|avdeling|börjar|begynner|byrjar"),
    ),
    "recruiting-list": _Kind(
        words=words_of(
            r"värvning\w*|värva\w*|värvningslist\w*|verving\w*|verve\w*|vervelist\w*|verveliste\w*|vervekampanje\w*|potentiella medlemmar|potensielle medlemmer|potensielle medlemer|icke-?medlemmar|ikke-?medlemmer|ikkje-?medlemmer|ikkje-?medlemer|inte medlemmar|ej medlem|uorganiserte|oorganiserade|recruit(?:ing|ment) list|prospekt\w*"
        ),
        hints=words_of(r"kontaktad|kontakta\w*|kontaktet|intresserad\w*|interessert\w*|tackat nej|takket nei|ringt|status|återkom\w*|medlem\?|inte medlem|ikke medlem|ikkje medlem"),
    ),
    "invitation": _Kind(
        words=words_of(
            r"inbjudan\w*|inbjudning\w*|kallelse\w*|inviterar|invitasjon\w*|innkalling\w*|innbydelse\w*|innbyding\w*|velkommen til\w*|välkommen till\w*|invitation\w*|du inviteres|vi inviterer|vi bjuder in|påmelding\w*|påmeldingsfrist\w*|du är inbjuden"
        ),
        hints=words_of(r"anmälan\w*|anmäl dig|o\.?s\.?a\b|påmelding\w*|meld deg på|rsvp|svar senast|svarsfrist\w*|svarfrist|tid:|tid och plats|tid og sted|tid og stad|plats:|sted:|stad:|agenda|program\w*|kl\.? ?\d\d"),
        least_people=0,
    ),
    "participant-list": _Kind(
        words=words_of(
            r"deltagarlist\w*|deltagarförteckning\w*|deltagare\b|deltakerliste\w*|deltakarliste\w*|deltakere\b|deltakarar\b|påmeldte\w*|anmälda\b|närvarolist\w*|oppmøteliste\w*|frammøteliste\w*|participant(?:s| list)|attendance list|anmälningslist\w*|påmeldingsliste\w*"
        ),
        hints=words_of(r"allergi\w*|specialkost\w*|kost\b|matpreferans\w*|anmäld|påmeldt|kurs\w*|konferens\w*|konferanse\w*|seminar\w*|överlämning|hotell\w*|rom\b|övernattning\w*|overnatting\w*"),
        least_people=2,
    ),
    "consent": _Kind(
        words=words_of(
            r"samtycke\w*|samtykke\w*|consent\b|consent form|medgivande\w*|fullmakt\w*"
        ),
        hints=words_of(r"härmed|herved|hermed|med dette|jag samtycker|jag godkänner|jeg samtykker|eg samtykkjer|samtykker til|samtycker till|återkalla\w*|trekke\w* tilbake|trekkje\w* tilbake|underskrift\w*|namnteckning\w*|signatur\w*|personuppgift\w*|personopplysning\w*|i consent|withdraw"),
    ),
    "confidentiality-declaration": _Kind(
        words=words_of(
            r"tystnadsplikt\w*|sekretessförbindelse\w*|sekretessavtal\w*|tystnadslöfte\w*|taushetserklæring\w*|taushetsplikt\w*|taushetsløfte\w*|teieerklæring\w*|teieplikt\w*|confidentiality (?:declaration|agreement)|non-disclosure\w*|nda\b"
        ),
        hints=words_of(r"förbinder mig|forplikter meg|pliktar meg|forpliktar meg|härmed|herved|underskrift\w*|signatur\w*|namnteckning\w*|röja|obehörig\w*|uvedkommende|uvedkomande|sekretess\w*|fortrolig\w*|undertecknad|undertegnede|underteikna"),
    ),
    "accounting": _Kind(
        words=words_of(
            r"bokföring\w*|bokslut\w*|verifikat\w*|huvudbok\w*|kontoplan\w*|resultaträkning\w*|balansräkning\w*|kassabok\w*|regnskap\w*|rekneskap\w*|bilag\w*|hovedbok\w*|hovudbok\w*|saldobalanse\w*|resultatregnskap\w*|faktura\w*|kvitto\w*|kvittering\w*|reseräkning\w*|reiseregning\w*|reiserekning\w*|utlägg\w*|utlegg\w*|kassarapport\w*|årsregnskap\w*|budget\w*|budsjett\w*|invoice\b|ledger\b|accounts\b"
        ),
        hints=words_of(r"debet\b|kredit\b|belopp\w*|beløp\w*|moms\b|mva\b|summa\b|sum\b|konto\b|saldo\b|att betala|å betale|å betala|forfallsdato|förfallodatum|förfallodag|bankgiro\w*|kid\b|ocr\b|org\.?nr|betalningsvillkor|total\w*"),
        least_people=0,
    ),
}  # fmt: skip

_TEMPLATE = words_of(
    r"(?:mall(?:en)? för|mall:|malar? for|mal:|template|rutin(?:er)? för|rutine(?:r)? for|retningslinje\w*|riktlinje\w*|polic(?:y|yn)|vägledning\w*|veileder\w*|rettleiar\w*|veiledning|instruktion\w*"
    r"|\[(?:namn|navn|name|fyll i|fyll inn|dato|datum)\]|<(?:namn|navn)>|exempel på|eksempel på)"
)


_ENCLOSED = words_of(
    r"se bilag(?:an|or)|bifogas|bifogat|bifogad fil|(?:se|sjå) vedlegg\w*|vedlagt|ligger vedlagt|legg ved|attached|här kommer (?:dokument|fil|list)\w*|her kommer (?:dokument|fil|list)\w*|her kjem (?:dokument|fil|list)\w*"
)
_COVER = 600
"""A letter that only says what is enclosed is not itself the list or the minutes."""


def subjects_of(
    text: str,
    *,
    name: str,
    marks: Sequence[Mark],
    tables: Iterable[Table],
    is_message: bool = False,
) -> tuple[Subject, ...]:
    """Return the kinds of document that ``text`` is, best first, each scored 0.5 or more."""
    head = _spaced(name).encode("utf-8", "replace")
    intro = text[:_HEAD].encode("utf-8", "replace")
    sample = text[:_SAMPLE].encode("utf-8", "replace")
    counts = Counter(mark.entity for mark in marks)
    people = max(
        counts["PERSON"],
        sum(counts[each] for each in PERSONAL if each not in {"PERSON", "MEMBER_NUMBER"}),
    )
    roles: Counter[str] = Counter()
    for table in tables:
        for role in set(table.roles):
            roles[role] = max(roles[role], table.row_count)
    is_template = bool(_TEMPLATE.search(head) or _TEMPLATE.search(intro))
    is_cover = is_message and len(text) < _COVER and _ENCLOSED.search(intro) is not None
    found: list[Subject] = []
    for code, kind in _KINDS.items():
        if people < kind.least_people:
            continue
        score = 0.4 * bool(kind.words.search(head)) + _of_words(kind, intro)
        if code == "accounting" and score < TITLED:
            continue  # an invoice is mentioned in many a letter
        score += min(0.3, 0.1 * _different(kind.hints, sample))
        score += _evidence(code, text, counts, roles, people)
        if is_cover:
            score -= 0.6
        if is_template and people <= 2:  # noqa: PLR2004 - its author and a contact
            score -= 0.4
        if score >= THRESHOLD:
            found.append(Subject(kind=code, score=round(min(1.0, score), 2)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.kind)))


def _spaced(name: str) -> str:
    return re.sub(r"[_\-.!]+", " ", name)


def _different(hints: re2._Regexp, sample: bytes) -> int:
    """Count different hints, up to three: no more are needed, nor are more looked for."""
    found: set[bytes] = set()
    for match in islice(hints.finditer(sample), 50):
        found.add(match.group(1).lower()[:6])
        if len(found) >= 3:  # noqa: PLR2004 - enough
            break
    return len(found)


def _of_words(kind: _Kind, intro: bytes) -> float:
    match = kind.words.search(intro)
    if match is None:
        return 0.0
    line_start = intro.rfind(b"\n", 0, match.start(1)) + 1
    line_end = intro.find(b"\n", match.start(1))
    line = intro[line_start : line_end if line_end >= 0 else len(intro)]
    is_title = len(line) <= 120 and intro.count(b"\n", 0, match.start(1)) <= 3  # noqa: PLR2004 - a title, near the top  # noqa: PLR2004 - the first lines
    return TITLED if is_title else 0.1


_CASE_NUMBER = re.compile(
    r"(?:ärende|sak|saka|saken|saksnr\.?|ärendenr\.?|case)[ :]+(?:nr\.? ?)?(?:19|20)\d\d[-/]\d{1,4}(?!\d)",
    re.IGNORECASE,
)


def _evidence(
    code: str, text: str, counts: Counter[str], roles: Counter[str], people: int
) -> float:
    """Return what tables and findings say for a kind, or against it."""
    named = max(roles["name"], roles["member"], roles["first-name"], roles["last-name"])
    if code == "salary-list":
        paid = min(counts["SALARY"], people)
        if roles["salary"] and paid >= 2:  # noqa: PLR2004 - a list
            return 0.6
        return 0.2 if paid >= 3 else 0.1 if paid == 2 else -0.4  # noqa: PLR2004 - as above
    if code == "member-register":
        if roles["member-number"] and people >= 2:  # noqa: PLR2004 - a list
            return 0.6
        listed = counts["MEMBER_NUMBER"] >= 3 or (named >= 3 and people >= 3)  # noqa: PLR2004 - as above
        return 0.2 if listed else -0.3
    if code in {"participant-list", "new-employees", "recruiting-list", "conflict-preparedness"}:
        return 0.2 if named >= 2 or people >= 3 else 0.0 if code != "participant-list" else -0.2  # noqa: PLR2004 - a list
    if code == "case":
        if _CASE_NUMBER.search(text[:_HEAD]):
            return 0.5
        return -0.2 if people > 15 or named >= 5 else 0.1 * bool(counts["HEALTH"])  # noqa: PLR2004 - a case has few persons
    if code == "minutes":
        return -0.4 if _CASE_NUMBER.search(text[:_HEAD]) else 0.0
    if code == "accounting":
        return 0.1 * bool(
            counts["SE_BANKGIRO"]
            + counts["SE_PLUSGIRO"]
            + counts["SE_ORGANISATIONSNUMMER"]
            + counts["NO_ORGANISASJONSNUMMER"]
        )
    return 0.0
