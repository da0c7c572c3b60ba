"""In earnest: handed-over mail leaves the shared mailbox, an activity leaves nothing behind."""

import hashlib
import mailbox

import pytest

LINES = "Hej! Jag heter Anna Testberg, 19850101-9809, och behöver hjälp med mitt ärende.\n"


def mail(number, *, identifier=None, body=LINES, subject=None, to="klubben@example.org"):
    head = f"Message-ID: {identifier}\n" if identifier else ""
    return (
        f"From: Anna Testberg <anna.testberg@example.com>\nTo: {to}\n"
        f"Subject: {subject or f'Fråga {number}'}\n"
        f"Date: Mon, {number:02d} Mar 2026 10:00:00 +0100\n{head}"
        "Content-Type: text/plain; charset=utf-8\n\n" + body
    )


def mbox(*messages):
    return "".join(
        f"From anna@example.com Mon Mar  2 10:00:00 2026\r\n{each}\n"
        if index % 2
        else f"From anna@example.com Mon Mar  2 10:00:00 2026\n{each}\n"
        for index, each in enumerate(messages)
    )


def left(club, share):
    """Return every file of a share with the SHA-256 of its bytes."""
    root = club.share(share)
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(name="club")
def club_in_earnest(club):
    """A club that enforces, destroys at the next cycle, and is not held back by its smallness."""
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('dwell = "30 days"', 'dwell = "0 days"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    return club


def work(club, times=3):
    for _ in range(times):
        code, _, err = club.run("run", "--once")
        assert code in {0, 1}, err


def quarantined(club):
    return [each for each in club.objects("list")[1] if each["state"] == "quarantined"]


BODY = "Det gäller min lön, som arbetsgivaren inte har betalat. Jag är medlem i Unionen.\n"
HERE = (
    mail(2, identifier="<a@example.com>"),  # copied with its name
    mail(3, identifier=None, body=LINES + BODY),  # copied, and has no name
    mail(4, identifier="<c@example.com>", body=LINES + BODY + "Skynda!\n"),  # renamed on the way
    mail(5, identifier="<d@example.com>", body=LINES + "Ingen har tagit hand om det här än.\n"),
    mail(6, identifier=None, body=LINES + BODY),  # another day: nobody has it
)
COPIES = {
    "Sak 1/a.eml": HERE[0],
    "Sak 1/b.eml": HERE[1],
    "Sak 1/c.eml": HERE[2].replace("<c@example.com>", "<x-c@exchange.example.com>"),
}


@pytest.mark.parametrize("form", ["mbox", "maildir"])
def test_mail_leaves_the_shared_mailbox_as_soon_as_its_handler_has_it(club, form):
    if form == "mbox":
        club.write("funktionsbrevlada", {"inkorg.mbox": mbox(*HERE)})
        stays = {"inkorg.mbox": hashlib.sha256(rest()).hexdigest()}
    else:
        club.write("funktionsbrevlada", {f"cur/{n}.x:2,S": text for n, text in enumerate(HERE)})
        (club.share("funktionsbrevlada") / "new").mkdir()
        (club.share("funktionsbrevlada") / "tmp").mkdir()
        before = left(club, "funktionsbrevlada")
        stays = {name: before[name] for name in ("cur/3.x:2,S", "cur/4.x:2,S")}
    club.write("arenden", COPIES)
    with_handler = left(club, "arenden")

    work(club)

    assert left(club, "funktionsbrevlada") == stays
    assert left(club, "arenden") == with_handler
    assert quarantined(club) == []


def rest():
    """Return the bytes of the mailbox without the messages that were handed over."""
    pieces = mbox(*HERE).encode()
    cut = [b"From anna@example.com" + each for each in pieces.split(b"From anna@example.com")[1:]]
    return cut[3] + cut[4]


def test_another_message_with_the_same_id_hands_nothing_over(club):
    club.write("funktionsbrevlada", {"inkorg.mbox": mbox(*HERE)})
    other = mail(9, identifier="<a@example.com>", subject="Något helt annat", body="Hej.\n")
    club.write("arenden", {"Sak 1/a.eml": other})
    before = left(club, "funktionsbrevlada")

    work(club, 2)

    assert left(club, "funktionsbrevlada") == before


def test_before_anybody_has_it_all_mail_stays(club):
    club.write("funktionsbrevlada", {"inkorg.mbox": mbox(*HERE)})
    before = left(club, "funktionsbrevlada")

    work(club, 2)

    assert left(club, "funktionsbrevlada") == before


def test_mail_whose_attachment_the_handler_does_not_have_stays(club):
    def with_list(number, identifier):
        return (
            mail(number, identifier=identifier)
            .replace("text/plain; charset=utf-8", 'multipart/mixed; boundary="b"')
            .replace(
                LINES,
                "--b\nContent-Type: text/plain; charset=utf-8\n\n" + LINES + "\n--b\n"
                'Content-Type: text/csv\nContent-Disposition: attachment; filename="lista.csv"\n\n'
                + LIST
                + "--b--\n",
            )
        )

    stripped = mail(7, identifier="<e@example.com>")
    club.write(
        "funktionsbrevlada",
        {
            "a.eml": with_list(7, "<e@example.com>"),
            "b.eml": with_list(8, "<f@example.com>"),
        },
    )
    club.write("arenden", {"Sak 1/e.eml": stripped, "Sak 1/f.eml": with_list(8, "<f@example.com>")})

    work(club)

    assert set(left(club, "funktionsbrevlada")) == {"a.eml"}


LIST = "Namn;Personnummer;E-post\nAnna Testberg;19850101-9809;anna.testberg@example.com\n"
COURSE = "Kurs i Visby"


def test_of_an_activity_that_ended_nothing_remains_and_all_else_is_untouched(club):
    about = mail(9, subject=f"Re: {COURSE}", identifier="<k1@example.org>")
    other = mail(10, subject="Medlemsmöte", identifier="<m1@example.org>")
    attached = (
        mail(11, subject=f"[{COURSE}] Deltagare", identifier="<k2@example.org>")
        .replace("text/plain; charset=utf-8", 'multipart/mixed; boundary="b"')
        .replace(
            LINES,
            "--b\nContent-Type: text/plain\n\nSe bilagan.\n--b\nContent-Type: text/csv\n"
            'Content-Disposition: attachment; filename="deltagare.csv"\n\n' + LIST + "--b--\n",
        )
    )
    club.write(
        "gemensam",
        {
            f"Aktiviteter/{COURSE}/deltagare.csv": LIST,
            f"Aktiviteter/{COURSE}/Rum/fördelning.txt": LINES,
            "Aktiviteter/Grillkväll/deltagare.csv": LIST.replace("Anna", "Bo"),
            "Protokoll/möte.txt": "Protokoll från styrelsemöte. Närvarande: Anna Testberg.\n",
        },
    )
    club.write(
        "epost",
        {
            "Skickat.mbox": mbox(other, about, other.replace("m1@", "m2@"), attached),
            "Maildir/cur/1.x:2,S": about.replace("k1@", "k3@"),
            "Maildir/cur/2.x:2,S": other.replace("m1@", "m3@"),
            "en/bilaga.eml": attached.replace("k2@", "k4@"),
        },
    )
    work(club, 1)
    kept = left(club, "gemensam") | left(club, "epost")
    code, _, err = club.run("event", "activity-ended", COURSE)
    assert code == 0, err

    work(club)

    after = left(club, "gemensam") | left(club, "epost")
    gone = {
        f"Aktiviteter/{COURSE}/deltagare.csv",
        f"Aktiviteter/{COURSE}/Rum/fördelning.txt",
        "Maildir/cur/1.x:2,S",
        "en/bilaga.eml",
    }
    assert set(kept) - set(after) == gone
    changed = {name for name in after if after[name] != kept[name]}
    assert changed == {"Skickat.mbox"}
    box = mailbox.mbox(club.share("epost") / "Skickat.mbox")
    assert [each["Message-ID"] for each in box] == ["<m1@example.org>", "<m2@example.org>"]
    box.close()
    whole = mbox(other, about, other.replace("m1@", "m2@"), attached).encode()
    cut = [b"From anna@example.com" + one for one in whole.split(b"From anna@example.com")[1:]]
    assert (club.share("epost") / "Skickat.mbox").read_bytes() == cut[0] + cut[2]
    assert quarantined(club) == []
    everywhere = b"".join(
        path.read_bytes() for path in (club.folder / "srv").rglob("*") if path.is_file()
    )
    assert b"Medlemsm" in everywhere
    assert COURSE.encode() not in everywhere
