"""Headers of columns, in Swedish, Bokmål, Nynorsk and English, and what they say stands below."""

import re
from functools import lru_cache

_PAY = r"(?:lön|lønn|løn|salary|lönen|lønnen|lønna)"
_ROLES: tuple[tuple[str, str], ...] = (
    (
        "personal-number",
        (
            r"person-?(?:nummer|nr)\.?(?: .{0,12})?|pers\.?nr\.?|p-?nr|pnr|fødsels-?(?:nummer"
            r"|nr)\.?"
            r"|fødselsnummer .{0,12}|fnr|samordningsnummer|d-nummer|national id"
            r"|personal (?:identity )?number"
        ),
    ),
    (
        "last-digits",
        (
            r"(?:de )?(?:fyra|4|fire|fem|5) (?:sista|siste)(?: siffrorna| siffror| sifre(?:ne)?)?"
            r"|(?:sista|siste) (?:fyra|4|fire|fem|5)|last (?:four|4|five|5)(?: digits)?"
            r"|kontrollsiffror"
        ),
    ),
    (
        "organisation-number",
        r"org\.?-?(?:nr|nummer)\.?|organisations(?:nummer|nr)|organisasjonsnummer",
    ),
    (
        "member-number",
        (
            r"medlems?-?\s?(?:nummer|nr|id)\.?|member(?:ship)? ?(?:no|number|id)\.?"
            r"|förbundsnummer|forbundsnr\.?"
        ),
    ),
    (
        "employee-number",
        (
            r"anst\.?-?\s?(?:nr|nummer)\.?|anställnings-?(?:nr|nummer|id)"
            r"|ansatt-?(?:nr|nummer|id)\.?|tilsett-?(?:nr|nummer)|employee ?(?:no|number|id)"
        ),
    ),
    (
        "first-name",
        r"för-?namn|fornavn|fornamn|førenamn|given name|first ?name|tilltalsnamn",
    ),
    ("last-name", r"efter-?namn|etternavn|etternamn|surname|last ?name|familienavn"),
    ("member", r"medlem|medlemmens namn|medlemmets navn|member"),
    (
        "name",
        (
            r"namn|navn|name|full(?:t|ständigt) (?:namn|navn)|deltagare|deltaker|deltakar"
            r"|anställd|ansatt|tilsett|medarbetare|medarbeider|medarbeidar|person|kandidat"
            r"|sökande|søker|søkjar|employee|för- och efternamn|for- og etternavn|participant"
            r"|kontaktperson"
        ),
    ),
    (
        "birth",
        (
            r"född|født|fødd|födelse(?:datum|dag)|fødsels-?(?:dato|dag)|date of birth"
            r"|birth ?date|dob|f\.dato|fødd dato"
        ),
    ),
    (
        "salary",
        (
            rf"\w{{0,14}}{_PAY}\.?(?: \(?(?:kr|sek|nok|per|pr|före|før|efter|etter|\d{{4}}|ny\w*"
            rf"|gammal|gammel)[^;\t|]{{0,16}})?|ny(?:tt|e)? {_PAY}"
            r"|(?:löne|lønns|løns)?krav(?: \(?(?:kr|sek|nok)\)?)?|yrkande(?: \(?(?:kr|sek)\)?)?"
            r"|bud|tilbud|tilbod"
            rf"|(?:nuvarande|nåværende|noverande|gammal|gammel|dagens|current|old|new) {_PAY}"
            r"|lönepåslag|lønnstillegg|lønstillegg|påslag|tillegg|revision|utfall"
        ),
    ),
    (
        "phone",
        (
            r"tele?fon(?:nummer|nr)?|tel\.?|tlf\.?(?:nr)?|mobil(?:nummer|nr|telefon|tlf)?\.?"
            r"|phone|mobile|cell"
        ),
    ),
    ("email", r"e-?(?:post|mail)(?:adress|adresse)?|mail|epost(?:adress|adresse)?"),
    ("account", r"(?:bank)?konto(?:nr|nummer)?\.?|lønnskonto|lönekonto|account"),
    ("bankgiro", r"bankgiro|bg"),
    ("plusgiro", r"plusgiro|pg|postgiro"),
    (
        "address",
        (
            r"(?:post|bostads|gate|gatu|hem)?adress\w?|postort|poststed|poststad|postnr|address"
            r"|gate|gata"
        ),
    ),
    (
        "other-number",
        (
            r"(?:faktura|ordre|order|serie|artikel|art\.?|vare|kunde?|ärende|saks?|bilag|ref"
            r"|verifikat(?:ions)?|ver\.?|kid|ocr|inventarie)[-. ]?(?:nr|nummer|id|no)?\.?"
        ),
    ),
)
_ROLE = re.compile(
    "|".join(f"(?P<r{number}>{words})" for number, (_, words) in enumerate(_ROLES)), re.IGNORECASE
)


@lru_cache(maxsize=512)
def role_of(header: str) -> str:
    """Return what stands below ``header``, whole and trimmed; ``""`` where it is not known."""
    match = _ROLE.fullmatch(header)
    if match is None or match.lastgroup is None:
        return ""
    return _ROLES[int(match.lastgroup[1:])][0]
