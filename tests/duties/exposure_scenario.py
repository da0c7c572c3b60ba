"""Shares with wrong modes, wrong access lists and wrong places; an export of mixed mail."""

import os
import struct

ANNA, BERTIL, BACKUP = 54321, 54322, 54324
CASE = (
    "Ärende för medlemmen Karin Kartsson, personnummer 19900118-9811, karin.k@example.com.\n"
    "Karin Kartsson har kallats till samtal om uppsägning och vill ha hjälp av facket.\n"
    "Medlemmen har bett om hjälp i sitt ärende mot arbetsgivaren.\n"
)
RULES = """
[[representative]]
name = "Anna Ansvarig"
account = "54321"
area = "arenden:anna"

[separation]
handler_only = ["individual-case"]
exempt_accounts = ["54324"]
mail_folders = ["**/*facklig*", "**/*facklig*/**"]
union_domains = ["forbundet.example"]
"""
_LIST = "system.posix_acl_access"


def set_up(club, *, handler_only='["individual-case"]'):
    """Fill the shares: everything is Anna's, and only some of it lies open."""
    club.add_rules(RULES.replace('["individual-case"]', handler_only))
    club.write(
        "arenden",
        {
            "anna/Rätt/notat.txt": CASE,
            "anna/Öppen/notat.txt": CASE,
            "anna/Stängd/notat.txt": CASE,
            "anna/Lista/notat.txt": CASE,
            "anna/Kopia/notat.txt": CASE,
        },
    )
    club.write("gemensam", {"Möten/notat.txt": CASE, "Mallar/mall.txt": "En mall.\n"})
    for share in ("arenden", "gemensam", "epost"):
        top = club.share(share)
        for path in (top, *top.rglob("*")):
            os.chown(path, ANNA, ANNA)
            path.chmod(0o755 if path.is_dir() else 0o600)
    arenden = club.share("arenden") / "anna"
    (arenden / "Öppen" / "notat.txt").chmod(0o644)
    (arenden / "Stängd" / "notat.txt").chmod(0o644)  # but nobody gets as far as to it
    (arenden / "Stängd").chmod(0o700)
    let_read(arenden / "Lista" / "notat.txt", BERTIL)
    let_read(arenden / "Kopia" / "notat.txt", BACKUP)
    club.scan()


def let_read(path, user):
    """Name a user in a file's access list, as ``setfacl -m u:USER:r`` does."""
    anybody = 0xFFFFFFFF
    lines = (
        (0x01, 6, anybody), (0x02, 4, user), (0x04, 0, anybody), (0x10, 4, anybody),
        (0x20, 0, anybody),
    )  # fmt: skip
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in lines)
    os.setxattr(path, _LIST, packed)


def letter(number, *, to="chef@example.org", subject="Hej", text="Vi ses på mötet.\n"):
    """One message of an employer's mailbox."""
    return (
        f"From anna@example.org Mon Jan  5 10:00:{number:02} 2026\n"
        f"From: Anna <anna@example.org>\nTo: {to}\nSubject: {subject}\n"
        f"Date: Mon, 05 Jan 2026 10:00:{number:02} +0100\n"
        f"Message-ID: <{number}@example.org>\n\n{text}\n"
    )


def mixed_mail():
    """An export in which the employer's mail and the union's are mixed."""
    return {
        "anna/Inkorg.mbox": letter(1)
        + letter(2, to="ombud@forbundet.example", subject="Fråga till förbundet")
        + letter(3, subject="Ditt ärende", text=CASE)
        + letter(4, subject="Lunch"),
        "anna/Fackligt/Inkorg.mbox": letter(5, to="ombud@forbundet.example")
        + letter(6, subject="Ditt ärende", text=CASE),
        "anna/Privat.mbox": letter(7),
    }
