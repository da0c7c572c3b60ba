# ruff: noqa: E501 - a document stands on one line
import pytest

PEOPLE = ["Anna Karlsson", "Erik Öberg", "Kari Nilsen", "Ola Moen"]
ROWS = {
    "salary": "".join(
        f"{name};Ingenjör;{30 + n} 500;{31 + n} 900\n" for n, name in enumerate(PEOPLE)
    ),
    "members": "".join(f"{12345 + n};{name};2019-01-01\n" for n, name in enumerate(PEOPLE)),
    "plain": "".join(f"{name}\n" for name in PEOPLE),
}


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("salary-list", "blad.xlsx", f"Namn;Befattning;Lön;Ny lön\n{ROWS['salary']}"),
        ("salary-list", "x.xlsx", f"Navn;Stilling;Lønn;Ny lønn\n{ROWS['salary']}"),
        ("member-register", "x.csv", f"Medlemsnr;Namn;Inträde\n{ROWS['members']}"),
        ("member-register", "medlemsliste.csv", f"Medlemsnr;Navn;Innmeldt\n{ROWS['members']}"),
        ("minutes", "x.docx", "Protokoll fört vid styrelsemöte\nNärvarande: Anna Karlsson, Erik Öberg\n§ 1 Mötet öppnades\n§ 2 Val av justerare"),
        ("minutes", "x.docx", "Referat frå møte\nTil stades: Kari Nilsen\nSak 1/21 Godkjenning av sakliste\nEventuelt"),
        ("case", "x.docx", "Personalärende: Anna Karlsson\nMedlemmen har fått en varning. Arbetsgivaren kallar till förhandling."),
        ("case", "x.docx", "Personalsak Kari Nilsen\nMedlemmet er sykmeldt. Arbeidsgiver varsler oppsigelse, drøftingsmøte avtalt."),
        ("hiring-committee", "x.docx", "Innstilling fra ansettelsesutvalget\nSøkere til stillingen: Kari Nilsen, Ola Moen\nIntervju gjennomført"),
        ("conflict-preparedness", "x.docx", f"Streikeuttak\nUttak første dag, streikevakter:\n{ROWS['plain']}"),
        ("new-employees", "x.docx", f"Nyanställda i maj\nStartdatum 1 maj\n{ROWS['plain']}"),
        ("recruiting-list", "x.docx", f"Vervelista: ikke medlemmer\nkontaktet, interessert\n{ROWS['plain']}"),
        ("invitation", "x.docx", "Inbjudan till medlemsmöte\nTid: kl 17\nPlats: Matsalen\nAnmälan senast fredag"),
        ("participant-list", "x.docx", f"Deltagarlista kurs\n{ROWS['plain']}"),
        ("consent", "x.docx", "Samtycke\nJag samtycker till att mina personuppgifter behandlas.\nNamnteckning: Anna Karlsson"),
        ("confidentiality-declaration", "x.docx", "Taushetserklæring\nJeg, Kari Nilsen, forplikter meg til taushet.\nSignatur"),
        ("accounting", "x.docx", "Faktura\nBelopp: 1 200 kr\nMoms: 240\nAtt betala senast förfallodatum"),
    ],
)  # fmt: skip
def test_a_document_is_what_its_words_and_persons_make_it(find, kind, name, text):
    subjects = find(text, name).subjects
    assert subjects
    assert subjects[0].kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Rutin för lönelistor\nEn lönelista är en lista över månadslön och påslag. Den gallras efter fyra år.",
        "Mall för medlemsregister\nMedlemsnr;Namn;Inträde\n",
        "Lönelistor diskuterades aldrig.",
        "Retningslinjer for personalsaker\nEn personalsak er en sak om et medlem.\nKontakt: Kari Nilsen",
    ],
)
def test_a_text_about_a_kind_is_not_of_that_kind(find, text):
    kinds = {each.kind for each in find(text, "rutiner.docx").subjects}
    assert not kinds & {"salary-list", "member-register", "case"}


def test_every_subject_scores_enough_to_be_listed(find):
    for subject in find("Protokoll och lönelista", "protokoll 2021.docx").subjects:
        assert 0.5 <= subject.score <= 1
