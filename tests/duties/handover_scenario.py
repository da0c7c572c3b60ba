"""A representative who steps down: cases, private things, old lists, mail, files of others."""

import os
import sys
from datetime import timedelta

from gallra.service import clock

ANNA, BERTIL, OTHER = 54321, 54322, 54323
RULES = """
[[representative]]
name = "Anna Avgående"
account = "54321"
mail = "anna@example.org"
office = "case handler"
area = ["arenden:anna", "epost:anna"]

[[representative]]
name = "Bertil Tillträdande"
account = "54322"
mail = "bertil@example.org"
office = "case handler"
area = ["arenden:bertil"]
"""
NOTE = (
    "Ärende för medlemmen Karin Kartsson, personnummer 19900118-9811, karin.k@example.com.\n"
    "Karin Kartsson har kallats till samtal om uppsägning. Ombud: Anna Avgående,"
    " anna@example.org.\nMedlemmen har bett om hjälp i sitt ärende mot arbetsgivaren.\n"
)
SALARIES = "Lönelista 2012\nNamn;Personnummer;Månadslön\n" + "".join(
    f"{first} {last};19900118-9811;3{n}500\n"
    for n, (first, last) in enumerate(
        [("Anna", "Andersson"), ("Erik", "Eriksson"), ("Lars", "Larsson"), ("Eva", "Svensson")]
    )
)
LIST = "Löner/Lönelista 2012.csv"
CASE = "anna/Ärende Kartsson/anteckning.txt"
MOVED = "bertil/Ärende Kartsson/anteckning.txt"


def mailbox():
    """A mailbox in which one message is long due and one is not."""
    new = f"{clock.now() - timedelta(days=5):%a, %d %b %Y} 10:00:00 +0100"
    return (
        "From a@example.org Mon Jan  6 10:00:00 2014\n"
        "From: Anna <anna@example.org>\nTo: kassor@example.com\nSubject: Faktura 2014\n"
        "Date: Mon, 06 Jan 2014 10:00:00 +0100\nMessage-ID: <1@example.org>\n\nHej!\n\n"
        "From b@example.org Tue Jan  7 10:00:00 2025\n"
        "From: Karin <karin.k@example.com>\nTo: anna@example.org\nSubject: Mitt ärende\n"
        f"Date: {new}\nMessage-ID: <2@example.org>\n\nTack för hjälpen.\n\n"
    )


def set_up(club):
    """Fill a club's shares and its rules; most of it is Anna's."""
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    club.edit_rules('dwell = "30 days"', 'dwell = "0 days"\nnew_rules_wait = "0 days"')
    club.add_rules(RULES)
    club.write(
        "arenden",
        {
            CASE: NOTE,
            "anna/Privat/semester.txt": "Semester i juli.\n",
            "bertil/Ärende B/notat.txt": NOTE.replace("Karin Kartsson", "Bengt Bengtsson"),
        },
    )
    club.write(
        "gemensam",
        {
            LIST: SALARIES,
            "Mallar/mall.txt": "En mall.\n",
            "Mallar/annans.txt": "En annans mall.\n",
        },
    )
    for share in ("arenden", "gemensam", "epost"):
        give(club, share, "", ANNA)
    give(club, "arenden", "bertil", BERTIL)
    os.chown(club.share("gemensam") / "Mallar" / "annans.txt", OTHER, OTHER)
    club.scan()


def give(club, share, folder, owner):
    """Give all that lies in a folder, and the folder, to an account."""
    top = club.share(share) / folder
    for path in (top, *top.rglob("*")):
        os.chown(path, owner, owner)


def killed_after(club, count, *words):
    """Run a command that is killed at the ``count``-th change of a file; tell whether it was.

    The kill is a real SIGKILL, in the middle of what the hand does.
    """
    child = os.fork()
    if not child:
        _run_and_die(club, count, words)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _run_and_die(club, count, words):
    import signal  # noqa: PLC0415 - in the child alone

    from gallra.cli.main import main  # noqa: PLC0415 - as above
    from gallra.dispose.disk import Disk  # noqa: PLC0415 - as above

    seen = 0

    def dying(call):
        def counted(*given):
            nonlocal seen
            seen += 1
            if seen == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given)

        return counted

    Disk.give = dying(Disk.give)
    Disk.rename = dying(Disk.rename)
    Disk.fsync = dying(Disk.fsync)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    main(["--rules", str(club.rules), "--state", str(club.state), *words])
    sys.stdout.flush()
    os._exit(0)
