"""Words of the special categories (GDPR Art. 9 and 10), in sv, nb, nn and en.

A word alone tells nothing about anybody: these sightings score below the threshold, and
``ties`` raises those that stand by a person. Stems are matched at a word's start, with the
endings that the four languages add.
"""

from collections.abc import Iterator

from gallra.detect.recognizer import Reading, Recognizer, Sighting
from gallra.detect.wording import spans, words_of
from gallra.model.finding import UNION_MEMBERSHIP

WORD_ALONE = 0.3
"""The score of a word until it is tied to a person."""

UNIONS = (
    r"unionen|finansforbundet|finansförbundet|if metall|kommunal|vision|handels|seko|st\b|saco\w*|tco\b|lo\b"
    r"|ledarna|sveriges ingenjörer|akavia|naturvetarna|lärarförbundet|sveriges lärare|vårdförbundet|fagforbundet|nito\b"
    r"|tekna|parat|negotia|ys\b|unio\b|utdanningsforbundet|fellesforbundet|industri energi|handel og kontor|juristforbundet"
    r"|econa|lederne|postkom|nnn\b|el og it|fackförbundet|förbundet|forbundet|facket|fagforeningen|fagforeninga|fagforening"
    r"|fackförening|fackföreningen|klubben|fackklubben|union|the union|trade union"
)

_STEMS: dict[str, str] = {
    "UNION_MEMBERSHIP": (
        rf"(?:medlem|medlemmar|medlemmer|medlemer|medlemskap|medlemskapet|member|membership)(?: \w{{2,10}})? (?:i|av|hos|in|of|innen)(?: \w{{3,12}})? (?:{UNIONS})(?!\w)"
        r"|medlem(?:mar|mer|er)?(?: hos oss| hjå oss)? (?:i|av|hos|hjå) (?:\w+ )?\w*(?:förbund|forbund|fackförening|fagforening|fackklubb)\w*"
        r"|(?:vår|vårt|våra|våre) medlem\w*|medlem: |medlemmen \w+|medlemmet \w+"
        r"|fack(?:lig|ligt)? ?(?:medlem|ansluten|anslutna|organiserad|tillhörighet)\w*|fackmedlem\w*|fackligt? (?:medlem|ansl|org)\w*"
        r"|fagforeningsmedlem\w*|fagorganiser\w*|fagleg organiser\w*|fagforeningstilhør\w*|organisert i (?:\w+forbundet|nito|tekna|ys|lo|unio)"
        r"|fagforeningskontingent\w*|trekk av (?:fagforenings)?kontingent|fackavgift\w*|(?:medlemsavgift|medlemskontingent)\w*"
        r"|förbundsmedlem\w*|forbundsmedlem\w*|klubbmedlem\w*|trade union member\w*|union (?:member|dues)\w*"
        r"|medlemsregister|medlemsregistret|medlemslist\w*|medlemsförteckning\w*|medlemsoversikt\w*|medlemsnummer|medlemsnr|medlem(?:s)? nr"
        r"|(?:har )?(?:gått|gick|meldte seg|melde seg|meldt seg|anslöt sig|gått med) (?:med |inn |inn i |ur |ut av |inn |till )?(?:i )?(?:facket|unionen|finansforbundet|fagforeninga|fagforeningen|forbundet|förbundet)"
        r"|(?:utträde|uttrede|utmelding|utmeldt|utmeld|innmeldt|innmeld|inträde) (?:ur|av|i|fra|frå) (?:facket|unionen|finansforbundet|forbundet|förbundet|fagforening\w*|medlemskap\w*)"
    ),
    "HEALTH": (
        r"sjukskr\w+|sjukanmäl\w*|sjukfrånvaro\w*|sjukpenning\w*|sjukdom\w*|sjuklön\w*|läkarintyg\w*|arbetsskad\w*|rehab(?:ilitering|plan|möte|utredning)?\w*"
        r"|utmattning\w*|utbränd\w*|depression\w*|deprimerad\w*|cancer\w*|diagnos\w*|funktionsnedsättning\w*|missbruk\w*|alkoholproblem\w*|ångest\w*|graviditet\w*|gravid\b"
        r"|hjärtinfarkt\w*|stroke\b|diabetes\w*|allergisk\w*|\w*lidelse\w*|\w*lidande\b|migrän\w*|ryggskada\w*|ryggbesvär\w*|diskbråck\w*|adhd\b|autism\w*|psykisk\w* (?:ohälsa|sjuk\w*|lidelse\w*|helse\w*)|företagshälsovård\w*|operer(?:as|ad|ades|ast|t|es)\b"
        r"|sykme?ld\w*|sykemel\w*|sykmelding\w*|sykefravær\w*|sykepenge\w*|sykdom\w*|legeerklæring\w*|legeattest\w*|yrkesskad\w*|yrkessykdom\w*|utbrent\w*|depresjon\w*|deprimert\w*|kreft\w*|brystkreft\w*"
        r"|arbeidsavklaringspenger|uføre\w*|ufør\b|nedsatt funksjonsevne|funksjonshemm\w*|rusmis\w*|rusproblem\w*|hjerteinfarkt\w*|slagtilfelle|migrene\w*|angst\w*|bedriftshelse\w*|ryggplage\w*|prolaps\w*"
        r"|sjukme?ld\w*|sjukemeld\w*|sjukefråvær\w*|sjukepenga\w*|sjukdomsfråvær\w*|arbeidsufør\w*|helseplage\w*|helseopplysning\w*"
        r"|sick (?:leave|note|list)\w*|on sick|diagnos(?:is|ed)\w*|disabilit\w*|medical certificate\w*|burn-?out\w*|pregnan\w*"
    ),
    "RELIGION": (
        r"muslim\w*|islam\w*|kristen\w*|katolik\w*|katolsk\w*|pingstvän\w*|jehovas? vitt?ne\w*|judisk\w*|jødisk\w*|judendom\w*|buddis\w*|buddhis\w*|hinduis\w*|hindu\b|sikh\w*"
        r"|ateist\w*|svenska kyrkan|religiös\w*|religiøs\w*|trosbekännelse|trossamfund\w*|trossamfunn\w*|ramadan\w*|hijab\w*|bönerum|bønnerom|baptist\w*|mormon\w*"
    ),
    "POLITICAL_OPINION": (
        r"(?:medlem|aktiv|politiker|kandidat|kandiderar|stiller|tillitsvalgt|vald|folkevalgt|representant) (?:\w+ ){0,2}(?:i|för|for|av) (?:socialdemokrat\w*|moderat\w*|vänsterpart\w*|sverigedemokrat\w*|miljöpart\w*|centerpart\w*|liberal\w*|kristdemokrat\w*"
        r"|arbeiderpart\w*|arbeidarpart\w*|høyre|høgre|fremskrittspart\w*|framstegspart\w*|senterpart\w*|sosialistisk venstre\w*|venstre|rødt|kristelig folkeparti|sv|ap|frp|krf|mdg)(?!\w)"
        r"|socialdemokrat(?:en|er)?\b|moderat politiker|sverigedemokrat(?:en|er)?\b|politisk\w* (?:åsikt|uppfattning|overbevisning|ståsted|oppfatning|tilhørighet|tillhörighet)\w*|partimedlem\w*|partipolitisk aktiv"
    ),
    "ETHNIC_ORIGIN": (
        r"etnisk\w* (?:ursprung|tillhörighet|bakgrunn|opprinnelse|opphav|bakgrund)\w*|etnicitet\w*|etnisitet\w*|rom(?:sk|er|ani)\b|same\b|samisk\w*|sami\b|invandrarbakgrund|innvandrerbakgrunn|innvandrarbakgrunn"
        r"|hudfärg\w*|hudfarge\w*|(?:somalisk|irakisk|syrisk|kurdisk|polsk|pakistansk|iransk|afghansk|eritreansk|tyrkisk|turkisk|finsk|bosnisk)\w* (?:ursprung|bakgrund|bakgrunn|opprinnelse|opphav|härkomst)"
    ),
    "SEX_LIFE": (
        r"homosexuell\w*|homofil\w*|bisexuell\w*|biseksuell\w*|lesbisk\w*|transsexuell\w*|transperson\w*|heterosexuell\w*|heterofil\w*|sexuell läggning|seksuell legning|sexliv\w*|seksualliv\w*|könskorriger\w*|kjønnskorriger\w*|skeiv\b|hbtqi?\b|lhbt\w*"
    ),
    "CRIMINAL_OFFENCE": (
        r"(?:dömd|dömdes|dømt|dømd|åtalad|tiltalt|tiltala|siktet|sikta|mistenkt|misstänkt|straffet|straffa|häktad|fengslet|fengsla|anhållen|polisanmäld|politianmeldt|politimeldt|convicted|charged) (?:för|for|till|til|av|with|of|to)\b"
        r"|brottsregister\w*|belastningsregist\w*|strafferegister\w*|politiattest\w*|fängelsestraff\w*|fengselsstraff\w*|rattfylleri\w*|rattonykter\w*|promillekjøring\w*|villkorlig dom|betinget dom|brottsdöm\w*|straffedøm\w*|vandelsattest\w*"
    ),
    "BIOMETRIC_OR_GENETIC": (
        r"fingeravtryck\w*|fingeravtrykk\w*|ansiktsigenkänning\w*|ansiktsgjenkjenning\w*|ansiktsattkjenning\w*|biometrisk\w* (?:data|opplysning\w*|uppgift\w*|mall\w*)|irisskann\w*|dna-(?:prov|prøve|test|profil)\w*|gentest\w*|genetisk\w* (?:test|data|opplysning|uppgift|analys)\w*"
    ),
}  # fmt: skip

GATE_WORDS = "|".join(_STEMS.values())


_PATTERNS = tuple((entity, words_of(stems)) for entity, stems in _STEMS.items())


class SpecialCategories(Recognizer):
    """Words of the special categories, not yet tied to anybody."""

    ENTITIES = tuple(_STEMS)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each word, at the score of a word alone."""
        for entity, pattern in _PATTERNS:
            for start, end in spans(pattern, reading.text):
                yield entity, start, end, WORD_ALONE
        table = -1
        for cell in reading.cells:
            if cell.role == "member" and cell.row != table + 1:
                yield UNION_MEMBERSHIP, cell.start, cell.end, WORD_ALONE
            if cell.role == "member":
                table = cell.row
