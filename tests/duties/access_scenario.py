"""A club in which one person stands in many places, beside others who are easily taken for her."""

import io
import zipfile
import zlib
from email.message import EmailMessage

import docx
import libarchive
import openpyxl

ANNA = ("Anna Maria Åsgård", "Anna Åsgård")
NUMBER = "19811218-9876"
MAIL = "anna.asgard@example.org"
PHONE = "070-174 06 05"
MEMBER = "M-7301945"
ADDRESS = "Björkvägen 7, 123 45 Exempelstad"
OPEN = (
    *("--name", ANNA[0], "--name", ANNA[1], "--id", NUMBER, "--id", MAIL, "--id", PHONE),
    *("--member", MEMBER, "--address", ADDRESS),
)
OTHERS = (
    "Lars Åsgård", "Anna Lindqvist", "Maria Bergström", "Erik Holmberg", "640823-3234",
    "lars.asgard@example.org", "erik.holmberg@example.org", "070-174 06 35", "M-7301946",
    "670919-9530", "29 800",
)  # fmt: skip
"""Whoever lives with her, or is called as she is: nothing of it may be handed out."""

REGISTER = """\
Medlemsnummer;Namn;Personnummer;E-post;Telefon;Adress
M-7301944;Maria Bergström;640823-3234;maria.bergstrom@example.org;070-174 06 36;Storgatan 1
M-7301945;Anna Maria Åsgård;811218-9876;anna.asgard@example.org;070-174 06 05;Björkvägen 7
M-7301946;Lars Åsgård;670919-9530;lars.asgard@example.org;070-174 06 35;Björkvägen 7
M-7301947;Anna Lindqvist;640823-3234;anna.lindqvist@example.org;070-174 06 37;Storgatan 2
"""
NOTE = """\
Anteckning från mötet den 3 mars.

Anna Åsgård berättade att hon är sjukskriven på halvtid. Hennes chef Erik Holmberg vet om det.
Erik Holmberg nås på erik.holmberg@example.org.

Hon vill att vi väntar med förhandlingen.

Maria Bergström tog upp en annan sak, om sin övertid.
"""
NAMESAKE = """\
Namn;Personnummer;Lön
Anna Åsgård;640823-3234;29 800
Erik Holmberg;670919-9530;30 100
"""
THEIRS = {
    "gemensam/Register/medlemmar.csv": "sure",
    "arenden/Ärende 12/anteckning.txt": "named",
    "arenden/Ärende 12/beslut.docx": "sure",
    "gemensam/Löner/lönelista.xlsx": "sure",
    "gemensam/Arkiv/gammalt.zip": "sure",
    "gemensam/Kontakt/telefon.txt": "sure",
    "gemensam/Kontakt/bara namnet.txt": "named",
    "epost/inkorg.mbox!msg:1": "sure",
    "epost/inkorg.mbox!msg:3": "sure",
    "gemensam/Löner/Lönelista 2009.csv": "named",
}
"""Where she is, and how sure that is; the last one goes into quarantine."""
DOUBTFUL = {
    "gemensam/Löner/namne.csv",
    "gemensam/Kontakt/initial.txt",
    "gemensam/Kontakt/brev Anna Åsgård.txt",
}
NOT_HERS = {
    "gemensam/Kontakt/maken.txt",
    "gemensam/Kontakt/andra.txt",
    "epost/inkorg.mbox!msg:2",
}


def plant(club):
    """Write the whole club; nothing is scanned yet."""
    club.write(
        "gemensam",
        {
            "Register/medlemmar.csv": REGISTER,
            "Löner/namne.csv": NAMESAKE,
            "Löner/lönelista.xlsx": _workbook(),
            "Arkiv/gammalt.zip": _zip({"lista.txt": "Deltagare:\n811218-9876\n640823-3234\n"}),
            "Arkiv/hemligt.zip": _encrypted(),
            "Kontakt/telefon.txt": "Den som ringde har nummer +46 70 174 06 05.\n",
            "Kontakt/bara namnet.txt": "Kaffe till mötet ordnas av Åsgård, Anna Maria.\n",
            "Kontakt/initial.txt": "Bokningen är gjord av A. Åsgård, för mötet i maj.\n",
            "Kontakt/maken.txt": "Lars Åsgård, Björkvägen 7, har hämtat nyckeln.\n",
            "Kontakt/andra.txt": "Anna Lindqvist och Maria Bergström bakar.\n",
            "Kontakt/brev Anna Åsgård.txt": "Tack för brevet. Vi hörs.\n",
            "Löner/Lönelista 2009.csv": (
                "Namn;Lön 2009\nAnna Åsgård;24 100\nMaria Bergström;25 200\nErik Holmberg;26 300\n"
            ),
        },
    )
    club.write("arenden", {"Ärende 12/anteckning.txt": NOTE, "Ärende 12/beslut.docx": _document()})
    club.write("epost", {"inkorg.mbox": _mailbox()})


def request(club, *more):
    """Enter her request; return its reference."""
    code, found = club.objects("access-request", "open", *OPEN, *more)
    assert code == 0
    return found[0]["reference"]


def search(club, reference, *more):
    """Search; return what was found by its place, below the shares."""
    _, (found,) = club.objects("access-request", "search", reference, *more)
    return {place_of(club, each): each for each in found["found"]}, found


def place_of(club, found):
    """Return what a record is called here: its path below the shares, and its part."""
    path = found["path"].removeprefix(f"{club.folder}/srv/")
    return f"{path}!{found['part']}" if found["part"] else path


def _workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Namn", "Personnummer", "Lön"])
    sheet.append(["Maria Bergström", "640823-3234", 28100])
    sheet.append(["Åsgård Anna", "811218-9876", 31000])
    sheet.append(["Erik Holmberg", "670919-9530", 33500])
    return _saved(book.save)


def _document():
    document = docx.Document()
    document.add_paragraph("Beslut i ärendet om Anna Maria Åsgård (19811218-9876).")
    document.add_paragraph("Omplaceringen dras tillbaka.")
    document.add_paragraph("Maria Bergström yttrade sig på arbetsgivarens vägnar.")
    return _saved(document.save)


def _saved(save):
    held = io.BytesIO()
    save(held)
    return held.getvalue()


def _zip(members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return held.getvalue()


def _encrypted():
    pieces = []

    def write(piece):
        pieces.append(bytes(piece))
        return len(piece)

    with libarchive.custom_writer(
        write, "zip", options="zip:encryption=aes256", passphrase="not for us"
    ) as packed:
        packed.add_file_from_memory("lista.txt", 9, b"Anna\nLars")
    return b"".join(pieces)


def _mailbox():
    first = _message(
        "Anna Åsgård <anna.asgard@example.org>", "klubben@example.org", "Fråga om min lön",
        "Hej!\n\nKan ni hjälpa mig?\n\nHälsningar Anna\n",
    )  # fmt: skip
    second = _message(
        "Lars Åsgård <lars.asgard@example.org>", "klubben@example.org", "Nyckeln",
        "Hej, jag kommer i morgon.\n",
    )  # fmt: skip
    third = _message(
        "Erik Holmberg <erik.holmberg@example.org>", "klubben@example.org", "Listan",
        "Se bilagan.\n",
    )  # fmt: skip
    third.add_attachment(
        REGISTER.encode(), maintype="text", subtype="csv", filename="medlemmar.csv"
    )
    return b"".join(
        b"From sender@example.org Mon Mar  2 10:00:00 2026\n" + each.as_bytes() + b"\n"
        for each in (first, second, third)
    )


def _message(sender, to, subject, text):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message["Message-ID"] = f"<{zlib.crc32(subject.encode())}@example.org>"
    message.set_content(text)
    return message
