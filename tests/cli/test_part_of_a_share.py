"""The limit on how large a part of a share goes in a day, seen by a small club."""

import mailbox
import re

MESSAGES = 60


def enforce(club, *, of_a_share="5 %", rule='path = "Löner/**"'):
    club.write_rules(mode="enforce")
    text = club.rules.read_text("utf-8")
    text = text.replace('"100 %"', f'"{of_a_share}"').replace('"30 days"', '"0 days"')
    club.rules.write_text(text.replace('path = "Löner/**"', rule), "utf-8")


def confirm(club):
    (summary,) = [each for each in club.objects("plan")[1] if "brakes" in each]
    return club.run("plan", "--confirm", summary["hash"])[0]


def test_a_small_club_confirms_what_is_taken_and_not_once_more_that_it_is_destroyed(club):
    (club.share / "Löner/Lönelista 2018.csv").write_text("Namn;Lön\nAnna;1\n", "utf-8")
    enforce(club)
    code, _, err = club.run("run", "--once")
    assert code == 3
    assert "2 of the 5 files of the share gemensam" in re.sub(r"\s+", " ", err)
    assert confirm(club) == 0
    code, _, err = club.run("run", "--once")
    assert code == 0, err
    assert len(club.objects("quarantine", "list")[1]) == 2

    code, _, err = club.run("run", "--once")

    assert code == 0, err
    assert club.objects("quarantine", "list")[1] == []
    assert len(club.objects("log", "--action", "destroyed")[1]) == 2
    assert sorted(path.name for path in (club.share / "Löner").iterdir()) == []


def test_messages_are_a_part_of_the_messages_and_not_of_the_few_files(club):
    box = mailbox.mbox(club.share / "post.mbox")
    for number in range(MESSAGES):
        letter = mailbox.mboxMessage()
        letter["From"], letter["To"] = "a@example.org", "b@example.org"
        year = 2015 if number < 3 else 2999
        letter["Subject"] = f"Nummer {number}"
        letter["Date"] = f"Mon, 05 Jan {year} 10:00:00 +0100"
        letter.set_payload("Hej\n")
        box.add(letter)
    box.close()
    enforce(club, rule='path = "post.mbox"')
    code, _, err = club.run("run", "--once")
    assert code == 0, err
    assert len(club.objects("quarantine", "list")[1]) == 3
