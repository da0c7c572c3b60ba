"""read and detect: the keys that scripts rely on."""

import os

READ_KEYS = {"path", "part", "outcome", "reason", "kind", "encrypted", "passages"}
DETECT_KEYS = {
    "path", "part", "outcome", "language", "findings", "entities", "special_categories",
}  # fmt: skip
MESSAGE_KEYS = {"message_id", "date", "from", "to", "cc", "bcc", "subject", "attachments"}


def test_read_tells_passages_and_messages(club):
    mailbox = club.share / "post.mbox"

    code, told = club.objects("read", mailbox)

    assert code == 0
    assert all(set(each) - {"message", "path_b64"} == READ_KEYS for each in told)
    assert {each["path"] for each in told} == {str(mailbox)}
    by_part = {each["part"]: each for each in told}
    message = by_part["msg:1"]["message"]
    assert set(message) >= MESSAGE_KEYS
    assert message["message_id"] == "<1@example.org>"
    assert message["to"] == ["b@example.org"]
    assert {"where": "subject", "text": "Hej"} in by_part["msg:1"]["passages"]


def test_offsets_of_findings_count_in_the_text(club):
    salaries = club.share / "Löner/Lönelista 2019.csv"

    code, told = club.objects("detect", salaries, "--text")

    assert code == 0
    assert all(set(each) >= DETECT_KEYS | {"text"} for each in told)
    numbers = {
        each["text"][finding["start"] : finding["end"]]
        for each in told
        for finding in each["findings"]
        if finding["entity"] == "SE_PERSONNUMMER"
    }
    assert numbers == {"19900118-9811", "19811228-9874", "19640823-3234"}
    for each in told:
        assert sum(each["entities"].values()) == len(each["findings"])
        for finding in each["findings"]:
            assert set(finding) == {"entity", "start", "end", "score", "recognizer"}


def test_detect_without_text_holds_none(club):
    salaries = club.share / "Löner/Lönelista 2019.csv"

    _, raw, _ = club.run("detect", salaries, "--json")
    _, shown, _ = club.run("detect", salaries)

    assert "19900118" not in raw + shown
    assert "SE_PERSONNUMMER: 3" in shown


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(club):
    os.mkfifo(club.folder / "fifo")

    code, out, err = club.run(
        "read",
        club.folder / "nothing.txt",
        club.folder / "fifo",
        club.share,
        club.share / "Mallar/dagordning.txt",
    )

    assert code == 1
    assert [line.split(": ")[1] for line in err.splitlines()] == [
        str(club.folder / "nothing.txt"),
        str(club.folder / "fifo"),
        str(club.share),
    ]
    assert "Dagordning" in out


def test_a_maildir_is_read_message_by_message(club):
    maildir = club.folder / "Maildir"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "cur" / "1:2,S").write_bytes(b"Subject: ett\n\nhej\n")
    (maildir / "new" / "2").write_bytes(b"Subject: tva\n\nhej\n")
    (maildir / "tmp" / "3").write_bytes(b"Subject: tre\n\nhej\n")

    code, told = club.objects("read", maildir)

    assert code == 0
    assert [each["path"] for each in told] == [
        str(maildir / "cur" / "1:2,S"),
        str(maildir / "new" / "2"),
    ]


def test_a_hostile_text_reaches_no_terminal_raw(club):
    path = club.folder / "hostile.txt"
    path.write_bytes("\x1b[2J rlo \u202e [red]\n".encode())

    code, out, _ = club.run("read", path)

    assert code == 0
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]" in out
