"""What made-up lines say around the names: roles, headings, greetings, remarks, notes."""

ROLES = [
    "leder", "nestleder", "kasserer", "sekretær", "styremedlem", "varamedlem", "tillitsvalgt",
    "verneombud", "ordförande", "kassör", "sekreterare", "ledamot", "suppleant", "skyddsombud",
    "revisor", "leiar", "skrivar", "montør", "operatør", "lagerarbeider", "svetsare",
    "elektriker", "snickare", "renhold", "hovedtillitsvalgt", "klubbordförande", "valberedning",
    "vikar", "timvikarie",
]  # fmt: skip
STATES = [
    "aktiv", "passiv", "betalt", "ubetalt", "ja", "nej", "nei", "heltid", "deltid", "100%",
    "80%", "sykmeldt", "permittert", "A", "B", "X", "ny", "utmeldt", "utträdd", "inskriven",
    "fast", "vikariat", "1", "0",
]  # fmt: skip
HEADINGS = [
    "navn", "fornavn", "etternavn", "telefon", "epost", "adresse", "avdeling", "medlemsnr",
    "født", "dato", "namn", "förnamn", "efternamn", "personnummer", "avdelning",
    "medlemsnummer", "belopp", "beløp", "kontingent", "stilling", "befattning", "merknad",
    "status", "rolle", "e-post", "mobil", "fornamn", "etternamn",
]  # fmt: skip
REMARKS = [
    "samtale holdt", "samtale halden", "lønnssamtale gjennomført", "lønssamtale hausten",
    "lönesamtal hållet", "medarbetarsamtal klart", "avtale sagt opp", "venter på svar",
    "ventar på svar", "väntar på besked", "se notat", "sjå notat", "se anteckning", "ring igjen",
    "flyttet til lager", "flytta til kontor", "flyttad till lager", "sluttet i mai", "slutta i mai",
    "slutat i maj", "ny avtale", "nytt avtal", "permisjon innvilget", "permisjon innvilga",
    "tjänstledig beviljad", "opprykk vurdert", "höjd enligt avtal",
    "etterbetaling sendt", "trekk stoppet", "trekk stansa", "avdrag stoppat", "betalt kontant",
    "purret", "purra", "påmind", "adresse ukjent", "okänd adress", "ukjend adresse",
]  # fmt: skip
MORE_HEADINGS = [
    "årslønn", "årsløn", "årslön", "ny lønn", "ny løn", "ny lön", "lønnstrinn", "lønstrinn",
    "merknader", "anmärkning", "mal", "mall", "skjema", "blankett", "uke", "veke", "vecka",
    "ansatt", "tilsett", "anställd", "stillingsprosent", "tjänstgöringsgrad", "ansiennitet",
    "avtale", "avtal", "lokal", "kurs", "møte", "möte", "referat", "protokoll", "sak", "ärende",
]  # fmt: skip
HOSTS = ["example.no", "example.se", "example.org", "example.com"]
ASCII = str.maketrans("åäöæøéüó", "aaoaoeuo")
GREETINGS = {
    "no": (
        "Med vennlig hilsen", "Mvh", "Hilsen", "Vennlig hilsen", "Venleg helsing",
        "Med venleg helsing", "MVH", "Helsing", "Hilsen fra",
    ),
    "sv": (
        "Med vänlig hälsning", "Mvh", "Hälsningar", "Vänligen", "Med vänliga hälsningar", "MVH",
        "Hälsar", "/",
    ),
}  # fmt: skip
SALUTES = {
    "no": ("Hei", "Hallo", "Heisann", "Kjære", "God dag", "Morn", "Hei igjen"),
    "sv": ("Hej", "Hejsan", "Tjena", "Bästa", "Hallå", "God morgon", "Hej igen"),
}
OFFICES = "Styret Klubben Styrelsen Administrasjonen Lønningskontoret Ledelsen".split()  # noqa: SIM905 - a list of words
ATTENDANCE = (
    "Tilstede", "Møtte", "Frammøtte", "Deltakere", "Deltagare", "Närvarande ledamöter",
    "Frånvarande", "Fravær", "Vararepresentanter", "Valgkomité", "Valda", "Ansvarlig",
    "Saksbehandler", "Handläggare", "Medlemmer", "Vidare", "Innkalt", "Kontaktperson", "Namn",
    "Navn", "Ansatt", "Anställd", "Justerare", "Protokollførar", "Til stades",
)  # fmt: skip
FIELDS = (
    "Fra", "Til", "Kopi", "Från", "Till", "Kopia", "From", "To", "Cc", "Avsender", "Mottaker",
    "Avsändare", "Frå",
)  # fmt: skip
DAYS = {
    "no": (
        "Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag",
        "Måndag", "Tysdag", "Laurdag", "Sundag",
    ),
    "sv": ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag"),
    "en": (
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January",
        "February", "March", "April", "June", "July", "August", "September", "October",
        "November", "December",
    ),
}  # fmt: skip
NOTES = {
    "en": (
        "I talked to {n} on {w}.", "{n} will be back in {w}", "Please call {n} before {w}.",
        "{n} was elected treasurer.", "Minutes taken by {n}", "Dear {n}, see you on {w}",
        "The meeting on {w} was cancelled.", "Kind regards, {n}", "Our new chair is {n}.",
        "Has {n} paid the fee?", "Training starts in {w}", "The office is closed from {w}.",
        "{n} and {n} could not come on {w}.", "Yours sincerely, {n}", "We met {n} in {w}.",
        "This is about the dismissal of {n}.", "The {w} issue is out.", "I think {n} is right",
    ),
    "no": (
        "{a} har snakka med {n} om dette.", "kan noen si fra til {n}?", "jeg snakket med {n} i går",
        "{n} er på ferie til uke 32", "{n} ble innkalt til drøftingsmøte.",
        "Advarsel til {n} datert {d}", "saken til {n} er avsluttet", "Lønnsslipp for {n}",
        "hvem har vakt, {n} eller {n}?", "Vi foreslår {n} som ny kasserer.",
        "oppsigelse av {n} per {d}", "{n} vart valt til nestleiar", "{n}: ok for meg",
        "eg trur {n} sa det", "takk {n}", "{n} ({r}) orienterte om saka.",
        "Krav fra {n} på etterbetaling", "Skjema utfylt av {n}", "{n} mot bedriften",
        "Sak {i}: Permisjonssøknad - {n}", "{g} søknad om permisjon", "{g} vakt er ledig",
        "Kontakt {n} på {p} ved spørsmål", "Snakk med {n} først.", "Be {n} komme innom kontoret",
        "Hør med {n}", "Spør {n} hvem som kan", "Send den til {n}", "Minn {n} på {d}",
        "Vakt: {n} {w}", "{w}: {n} og {n}", "{n} {w} 14-22", "Da tar {n} {w}", "Da kom {n} {w}.",
        "husk at {n} har fri {w}", "{n} bytter med {n}", "har du hørt noe fra {n}?",
        "møtte {n} i kantina", "{n} sin mor er innlagt", "Ny på lageret: {n}",
        "{n} har sagt opp", "såg du {n} på fredag?",
        "eg ringer {n} etterpå", "sist eg såg {n} var ho sjuk",
        "Som vara møter {n}.", "{r} {n} ønsket velkommen.",
    ),
    "sv": (
        "kan någon säga till {n}?", "jag pratade med {n} igår", "{n} är sjuk idag",
        "Varning till {n} den {d}", "Lönespec för {n}", "Vi föreslår {n} som ny kassör.",
        "{n} har begärt tjänstledigt från {d}", "ärendet rör {n}", "tack {n}",
        "{n}: funkar för mig", "vem jobbar, {n} eller {n}?", "{n} ({r}) redogjorde för ärendet.",
        "Krav från {n} om övertidsersättning", "Ifyllt av {n}", "{n} mot bolaget",
        "Till val av ordförande nominerades {n}.", "mötet öppnades av {n}",
        "Tvisteförhandling ang. {n}", "{g} ansökan om ledighet", "{g} anställning upphör {d}",
        "Kontakta {n} på {p} vid frågor", "Prata med {n} först.", "Be {n} komma förbi kontoret",
        "Hör med {n}", "Fråga {n} vem som kan", "Skicka den till {n}", "Påminn {n} om {d}",
        "Skift: {n} {w}", "{w}: {n} och {n}", "{n} {w} 06-14", "Då tar {n} {w}", "Då kom {n} {w}.",
        "kom ihåg att {n} är ledig {w}", "{n} byter med {n}", "har du hört något från {n}?",
        "mötte {n} i matsalen", "{n}s pappa ligger inne", "Ny på lagret: {n}",
        "{n} har sagt upp sig", "såg du {n} i fredags?",
        "jag ringer {n} sen", "sist jag såg {n} var han hemma",
        "Till justerare valdes {n}.", "{r} {n} hälsade välkommen.",
    ),
}  # fmt: skip
