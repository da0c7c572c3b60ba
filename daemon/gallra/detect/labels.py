"""The words beside a value that say what it is, in Swedish, Bokmål, Nynorsk and English."""

import re

from gallra.detect.wording import Label

PERSONAL_NUMBER = Label(
    r"person-?(?:nummer|nr|num)|pers\.?\s?nr|p-?nr|pnr|födelsenummer|personligt nummer|ssn"
    r"|fødsels-?(?:og person)?(?:nummer|nr)|fødselsnr|fnr|f\.nr|personnr|samordnings-?(?:nummer|nr)"
    r"|d-?(?:nummer|nr)\b|h-?nummer|hjelpenummer|hjelpenr|national id|personal (?:identity )?n"
)
BIRTH_WORDS = (
    r"född(?:a|es)?\b|föd\.|födelse(?:datum|dag)|f\.(?:\s?d\.)?|f:|født\b|fødd\b|fødsels-?dato"
    r"|fødselsdag|date of birth|birth ?date|born\b|dob\b"
)
ORGANISATION = Label(
    r"org(?:anisations?|anisasjons?)?[.\s-]{0,2}(?:nummer|nr|no|number)|orgnr|foretaks(?:nummer|nr)"
    r"|företag|firma|moms|vat|mva|enhets(?:nummer|nr)|brønnøysund|bolag|a/?s\b|ab\b|asa\b"
)
ACCOUNT = Label(
    r"konto|kto\b|bankkonto|kontonr|utbetal|lønnskonto|lönekonto|account|clearing|innbetal"
)
BANKGIRO = Label(r"bank-?giro(?:t|nr|nummer)?|bg\b|b\.g\.|bg-?nr")
PLUSGIRO = Label(r"plus-?giro(?:t|nr|nummer)?|post-?giro(?:t|nr)?|pg\b|pg-?nr")
PHONE = Label(
    r"tel(?:efon|e)?(?:nr|nummer)?\b|tlf\.?|tel\.|mob(?:il)?(?:nr|nummer|tel)?\b|mobiltelefon"
    r"|ring\b"
    r"|ringe?r?\s+(?:oss|meg|mig|på)|sms\b|fax\b|faks\b|phone|cell\b|vipps|swish|nås på"
    r"|treffes på|växel"
    r"|sentralbord|direktnr|jour"
)
MEMBER = (
    r"medl(?:em)?s?[.]?-?\s?(?:nummer(?:et)?|numret|nr|id|no)\b|member(?:ship)?\s?(?:number|no|id)\b|förbundsnummer"
    r"|forbundsnr"
)
EMPLOYEE = (
    r"anställnings-?(?:nummer|numret|nr)|anst\.?\s?nr|ansatt-?(?:nummer(?:et)?|nr|id)"
    r"|tilsett-?(?:nummer(?:et)?|nr)"
    r"|employee\s?(?:number|no|id)|lønns-?nr|löne-?nr|lønnsnummer"
)
_OTHERS = (
    r"faktura\w*|inv(?:oice)?\b|ocr\w*|kid\b|kid-?(?:nr|nummer)|order\w*|ordre\w*|beställnings?\w*"
    r"|bestillings?\w*|serie-?(?:nr|nummer)|serien(?:umme)?r|s/n|sn\b|serial\w*|artikel-?\w*"
    r"|art\.?\s?nr"
    r"|vare-?(?:nr|nummer)|produkt\w*|product\w*|modell?\b|model\b|mätar\w*|måler\w*|målar\w*"
    r"|avläs\w*"
    r"|avles\w*|isbn\w*|issn|ean\b|gtin|ip\b|ip-?adress\w*|mac\b|version\w*|ver\.|v\.|build\b"
    r"|revision"
    r"|bilag\w*|verifikat\w*|ver\.?nr|referanse\w*|referens\w*|ref\b\.?|kund-?(?:nr|nummer)"
    r"|kunde-?(?:nr|nummer)"
    r"|kolli\w*|sendings?\w*|sporings\w*|spårnings\w*|tracking\w*|försändelse\w*|ärende-?(?:nr"
    r"|nummer)"
    r"|saks?-?(?:nr|nummer)|diarie\w*|dnr|arkiv\w*|journalnr|licens\w*|lisens\w*|license\w*"
    r"|inventarie\w*"
    r"|avtals?-?(?:nr|nummer)|kontrakts?-?(?:nr|nummer)|skap\b|skåp\b|nøkkel-?nr|nyckel-?nr"
    r"|kort-?nr|kvitto\w*"
    r"|kvittering\w*|transaksjons?\w*|transaktions?\w*|batch\w*|lot\b|parti\w*nr|imei|polis-?nr"
    r"|försäkrings?nr|book\w*|bokning\w*|biljett\w*|billett\w*|streckkod\w*|strekkod\w*"
)
_OTHER_THING = Label(_OTHERS, then=r"[\s.:#=nº°*()-]*(?:(?:nr|nummer|no|är|er|var|id)[\s.:#=]+)?$")


_UNIT_AFTER = re.compile(
    r" ?(?:(?:kr|kronor|kroner|sek|nok|dkk|eur|euro|usd|gbp|mkr|mnok|g|gram|kg|mg|tonn?|l|liter"
    r"|dl|ml|mm|cm|m|m2|m3|km|k?wh?|mwh|st|stk|stycken|poster|rader|sidor|sider|bytes?|kb|mb|gb|tb"
    r"|timmar|timer|ganger|gånger)(?!\w)|[€$£%°²³])",
    re.IGNORECASE,
)
_UNIT_BEFORE = re.compile(
    r"(?:(?<!\w)(?:kr|kronor|kroner|sek|nok|dkk|eur|euro|usd|gbp)\.?|[€$£]) ?\Z", re.IGNORECASE
)


def is_amount(text: str, start: int, end: int) -> bool:
    """Tell whether the number at ``start`` to ``end`` is of money, or of something measured."""
    return bool(
        _UNIT_AFTER.match(text, end) or _UNIT_BEFORE.search(text[max(0, start - 9) : start])
    )


def is_something_else(before: str) -> bool:
    """Tell whether the text directly ``before`` a number calls it an invoice, a version or so."""
    return _OTHER_THING.is_in(before)
