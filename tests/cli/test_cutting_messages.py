"""From the rules to the bytes: one message of a mailbox is due, and only that one goes."""

MESSAGES = """
[class.old-mail]
title = "Old mail"
purpose = "Answer"
legal_basis = ["GDPR 6(1)(f)"]
authority = "B 2"
keep = "1 day"
from = "document-date"
then = "destroy"

[[rule]]
class = "old-mail"
when = { type = "message", personal_data = true }
"""


def test_a_due_message_is_cut_out_listed_and_put_back(club):
    mailbox = club.share / "post.mbox"
    recent = (
        "From c@example.org Sun Nov 22 10:00:00 2026\n"
        "From: c@example.org\nTo: a@example.org\nSubject: Ny\n"
        "Date: Mon, 01 Jan 2035 10:00:00 +0100\nMessage-ID: <3@example.org>\n\nNy.\n\n"
    )
    whole = mailbox.read_text() + recent
    mailbox.write_text(whole)
    club.write_rules(mode="enforce")
    club.rules.write_text(club.rules.read_text().replace("[safety]", f"{MESSAGES}\n[safety]"))

    code, _, err = club.run("run", "--once")
    assert code == 0, err

    assert mailbox.read_text() == recent
    _, items = club.objects("quarantine", "list")
    assert {item["part"] for item in items if item["path"].endswith("post.mbox")} == {
        "msg:1",
        "msg:2",
    }
    code, _, err = club.run("run", "--once")
    assert code == 0, err
    _, records = club.objects("list")
    assert {
        (record["part"], record["state"])
        for record in records
        if record["path"].endswith("post.mbox") and record["state"] == "present"
    } == {("", "present"), ("msg:1", "present")}
    for item in items:
        code, _, err = club.run("quarantine", "restore", item["quarantine_id"])
        assert code == 0, err
    assert mailbox.read_text() == whole
