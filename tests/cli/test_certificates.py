"""A certificate of destruction can be read by anybody, and checked without gallra."""

import base64
import contextlib
import gzip
import io
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gallra.cli.main import main
from gallra.report import jsonlines
from gallra.report.attesting import attested
from gallra.service import clock
from gallra.service.cycle import FORGET_AFTER
from gallra.service.forgetting import forget_texts
from gallra.service.house import House

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-ledger"
NAMES = ("gemensam/Löner/Lönelista 2018.csv", "gemensam/Löner/Lönelista 2019.csv")
BY_HAND = "gemensam/Löner/Lönelista 2017.csv"

RULES = """\
version = 1
mode = "enforce"

[organisation]
name = "Klubben"
controller = "Förbundet"
language = "sv"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.salary-list]
title = {{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }}
purpose = "Förhandla"
categories = ["name", "salary"]
legal_basis = ["GDPR 6(1)(b)"]
source = "Arbetsgivaren"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[safety]
settle = "1 second"
most_of_a_share = "100 %"
"""


@dataclass(kw_only=True)
class Club:
    """A folder with rules and state, and what a command said."""

    folder: Path

    def run(self, *words):
        """Run one command; return its exit code, standard output and standard error."""
        out, err = io.StringIO(), io.StringIO()
        where = ["--rules", str(self.folder / "rules.toml"), "--state", str(self.folder / "state")]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*where, *map(str, words)])
        return int(code), out.getvalue(), err.getvalue()

    def objects(self, *words):
        """Run one command with ``--json``; return its exit code and the objects it printed."""
        code, out, _ = self.run(*words, "--json")
        return code, [json.loads(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One list destroyed by hand, two under a plan that a person confirmed, 31 days later."""
    club = Club(folder=tmp_path_factory.mktemp("thinned"))
    share = club.folder / "share"
    for name in (
        "Löner/Lönelista 2017.csv",
        "Löner/Lönelista 2018.csv",
        "Löner/Lönelista 2019.csv",
    ):
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Namn;Personnummer\nAnna Andersson;19900118-9811\n", "utf-8")
    for number in range(4):
        (share / f"{number}.txt").write_text("Dagordning\n", "utf-8")
    (club.folder / "rules.toml").write_text(RULES.format(share=share), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GALLRA_RULES", "GALLRA_STATE", "GALLRA_LANG", "GALLRA_DEBUG"):
            patch.delenv(name, raising=False)
        patch.setenv("SUDO_USER", "anna")
        assert club.run("run", "--once")[0] == 0
        now, boot = clock.now, clock.boot_seconds
        patch.setattr(clock, "now", lambda: now() + timedelta(days=31))
        patch.setattr(clock, "boot_seconds", lambda: boot() + 31 * 86400)
        assert club.run("quarantine", "destroy", BY_HAND)[0] == 0
        _, plan = club.objects("plan")
        assert club.run("plan", "--confirm", plan[-1]["hash"])[0] == 0
        assert club.run("run", "--once")[0] == 0
    return club


@pytest.fixture
def thinned(made, tmp_path):
    """A copy of it."""
    shutil.copytree(made.folder / "state", tmp_path / "state")
    shutil.copy(made.folder / "rules.toml", tmp_path / "rules.toml")
    return Club(folder=tmp_path)


def verified(club, *words):
    key = club.folder / "state" / "ledger" / "public.vkey"
    command = [sys.executable, "-I", VERIFIER, "--key", key, *words]
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, encoding="utf-8"
    )


def written(club, name, text):
    path = club.folder / name
    path.write_text(text, "utf-8")
    return path


BEGIN = "-----BEGIN GALLRA CERTIFICATE-----"


def in_block(text):
    block = text.split(BEGIN)[1].split("-----END")[0]
    content = gzip.decompress(base64.b64decode("".join(block.split())))
    *objects, seal = [json.loads(line) for line in content.splitlines()]
    assert seal["seal"] == objects[0]["certificate"]
    return objects


def signed(club, found):
    """Sign an object as gallra would: what is wrong in it is then not the signature."""
    found = {name: value for name, value in found.items() if name != "signature"}
    with House.open(club.folder / "rules.toml", club.folder / "state") as house:
        return attested(found, house.ledger.attest)


def test_a_certificate_says_what_when_why_by_whose_word_and_can_be_checked_alone(thinned):
    code, (found,) = thinned.objects("certificate", NAMES[1])

    assert code == 0
    assert (found["share"], found["path"]) == ("gemensam", "Löner/Lönelista 2019.csv")
    assert (found["class"], found["authority"], found["rule"]) == ("salary-list", "F15.5", 1)
    assert found["taken_at"] < found["destroyed_at"]
    assert len(found["sha256"]) == len(found["rules"]) == 64
    assert found["controller"] == "Förbundet"
    assert found["because"]
    (confirmed,) = found["confirmed"]
    assert confirmed["by"]
    assert confirmed["at"] <= found["destroyed_at"]
    roles = [each["role"] for each in found["entries"]]
    assert roles == ["destroyed", "taken", "confirmed", "rules"]
    assert found["entries"][-1]["salt"] is None

    done = verified(thinned, "--certificate", written(thinned, "one.json", json.dumps(found)))
    assert (done.returncode, done.stderr) == (0, "")
    assert NAMES[1] in done.stdout
    assert found["sha256"] in done.stdout


def test_one_act_can_be_named_by_path_by_id_and_by_the_number_of_its_entry(thinned):
    _, told = thinned.objects("log", "--action", "destroyed")
    act = next(each for each in told if each["path"].endswith("2019.csv"))

    for name in (
        act["details"]["quarantine_id"], act["sequence"], act["intent"],
        "gemensam/Löner/Lönelista 2019.csv", "**/*2019.csv",
    ):  # fmt: skip
        code, found = thinned.objects("certificate", name)
        assert (code, [each["sequence"] for each in found]) == (0, [act["sequence"]]), name


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_the_text_for_people_names_each_record_and_carries_the_proof(thinned, language):
    code, text, _ = thinned.run("--lang", language, "certificate", "--class", "salary-list")

    assert code == 0
    assert all(name in text for name in NAMES)
    assert "F15.5" in text
    objects = in_block(text)
    assert {f"{each['share']}/{each['path']}" for each in objects} == {*NAMES, BY_HAND}
    assert all(each["sha256"] in text for each in objects)
    path = written(thinned, "certificate.txt", text)
    assert verified(thinned, "--certificate", path).returncode == 0
    ledger = thinned.folder / "state" / "ledger"
    assert verified(thinned, ledger, "--certificate", path).returncode == 0


def test_a_period_and_a_class_choose_what_is_certified(thinned):
    assert len(thinned.objects("certificate", "--since", "2020-01-01")[1]) == 3
    for words in (("--until", "2020-01-01"), ("--class", "other"), ("Mallar/**",), ("999",)):
        code, out, err = thinned.run("certificate", *words)
        assert (code, out) == (1, ""), words
        assert "gallra log" in err
    assert thinned.run("certificate")[0] == 2


def test_the_file_it_is_written_to_is_new_and_nobody_elses(thinned):
    out = thinned.folder / "certificate.txt"

    assert thinned.run("certificate", "Löner", "--out", out)[0] == 0
    assert out.stat().st_mode & 0o077 == 0
    before = out.read_bytes()
    assert thinned.run("certificate", "Löner", "--out", out)[0] == 2
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64}, {"path": "another.csv"}, {"class": "other"}, {"rule": 2},
        {"destroyed_at": "2026-01-01T00:00:00+00:00"}, {"taken_at": None}, {"confirmed": []},
        {"command_by": "somebody"}, {"rules_recorded_at": "2026-01-01T00:00:00+00:00"},
        {"entries": []}, {"sequence": 0}, {"authority": None}, {"checkpoint": "none"},
    ],
)  # fmt: skip
def test_a_certificate_that_says_anything_else_than_the_entries_is_refused(certificate, change):
    club, found = certificate
    for changed in (found | change, signed(club, found | change)):
        done = verified(club, "--certificate", written(club, "c", json.dumps(changed)))

        assert (done.returncode, done.stdout) == (1, "")
        assert "NOT GOOD" in done.stderr


@pytest.mark.parametrize("harm", ["leaf", "text", "salt", "proof", "size", "other entry", "key"])
def test_a_forged_proof_is_refused(certificate, harm):
    club, found = certificate
    found = json.loads(json.dumps(found))
    act, taken = found["entries"][0], found["entries"][1]
    match harm:
        case "leaf":
            act["leaf"] = act["leaf"].replace("F15.5", "F15.4")
            found["authority"] = "F15.4"
        case "text":
            act["text"] = act["text"].replace("2019.csv", "2017.csv")
            found["path"] = found["path"].replace("2019", "2017")
        case "salt":
            act["salt"] = "00" * 32
        case "proof":
            act["proof"] = act["proof"][::-1]
        case "size":
            found["checkpoint"] = (
                found["checkpoint"]
                .replace("\n10\n", "\n11\n")
                .replace(f"\n{found['size']}\n", f"\n{found['size'] + 1}\n")
            )
        case "other entry":
            found["entries"][0] = taken | {"role": "destroyed"}
    pinned = club.folder / "state" / "ledger" / "public.vkey"
    forged = found if harm == "key" else signed(club, found)
    if harm == "key":
        pinned.write_text("gallra.ledger/1+00000000+AQ" + "A" * 42 + "\n")
    path = written(club, "forged.json", json.dumps(forged))

    done = verified(club, "--certificate", path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "NOT GOOD" in done.stderr


WORDS_CHANGED = "the words of the certificate are not those that were signed"


def refused(club, text, why, *, name="c.txt"):
    path = club.folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    done = verified(club, "--certificate", path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert why in done.stderr


def test_no_word_of_the_text_for_people_can_be_changed(thinned):
    text = thinned.run("certificate", "--class", "salary-list")[1]
    words = text.split(BEGIN)[0]

    for old, new in (
        ("3 handlingar", "2 handlingar"), ("(Lönelistor)", "(Protokoll)"), ("F15.5", "F15.4"),
        ("Förbundet", "förbundet"), ("   1.", "1."), ("Klubben\n", "Klubben\n\n"), (words, ""),
        ("1. ", "1.\u00a0"), ("-----END GALLRA CERTIFICATE-----\n",
         "-----END GALLRA CERTIFICATE-----\nAlla filer är borta.\n"),
    ):  # fmt: skip
        changed = text.replace(old, new, 1)
        if changed != text:
            refused(thinned, changed, WORDS_CHANGED)
    assert text.replace("3 handlingar", "2 handlingar", 1) != text
    assert text.replace("(Lönelistor)", "(Protokoll)", 1) != text


def test_what_mail_and_editors_do_to_the_ends_of_lines_changes_no_word(thinned):
    text = thinned.run("certificate", "--class", "salary-list")[1]
    windows = text.replace("\n", "\r\n").encode("utf-8")

    for each in (
        windows,
        b"\xef\xbb\xbf" + windows,
        text.replace("\n", "\r").encode("utf-8"),
        text.replace("\n", " \t\n").encode("utf-8"),
        f"\n\n{text.rstrip()}".encode(),
        f"{text}\r\n\r\n".encode(),
    ):
        path = thinned.folder / "c.txt"
        path.write_bytes(each)
        done = verified(thinned, "--certificate", path)
        assert (done.returncode, done.stderr) == (0, ""), each[:40]


def test_a_text_that_was_cut_is_refused(thinned):
    text = thinned.run("certificate", "--class", "salary-list")[1]
    whole = len(text.rstrip())
    begin = text.index(BEGIN)

    for length in (begin // 2, begin, begin + len(BEGIN) + 400, whole - 40, whole - 1):
        refused(thinned, text[:length], "verify-ledger: NOT GOOD: ")


def test_the_words_of_one_certificate_do_not_go_with_the_proof_of_another(thinned):
    one = thinned.run("certificate", NAMES[0])[1]
    other = thinned.run("certificate", NAMES[1])[1]

    refused(thinned, one.split(BEGIN)[0] + BEGIN + other.split(BEGIN)[1], WORDS_CHANGED)
    refused(thinned, repacked(one, objects_of=other), "the proof is not the one")
    seal = json.dumps({"seal": "gallra-certificate/2", "signature": "A" * 88})
    refused(thinned, repacked(one, objects_of=one, seal=seal), WORDS_CHANGED)


def repacked(text, *, objects_of, seal=None):
    """Put the objects of one certificate into another, with or without its own last line."""
    contents = [
        gzip.decompress(
            base64.b64decode("".join(each.split(BEGIN)[1].split("-----END")[0].split()))
        )
        for each in (text, objects_of)
    ]
    last = seal or contents[0].decode().splitlines()[-1]
    lines = [*contents[1].decode().splitlines()[:-1], last]
    block = base64.b64encode(gzip.compress("\n".join(lines).encode())).decode()
    return f"{text.split(BEGIN)[0]}{BEGIN}\n{block}\n-----END GALLRA CERTIFICATE-----\n"


def test_with_a_forged_seal_over_changed_words_the_signature_is_wrong(thinned):
    text = thinned.run("certificate", NAMES[0])[1]
    seal = {
        "seal": "gallra-certificate/2",
        "words": sha256((text.split(BEGIN)[0].rstrip("\n") + "\n").encode()).hexdigest(),
        "objects": sha256(b"").hexdigest(),
        "signature": base64.b64encode(b"s" * 64).decode(),
    }

    refused(thinned, repacked(text, objects_of=text, seal=json.dumps(seal)), "the proof is not")
    lines = "".join(f"{jsonlines.line(each)}\n" for each in in_block(text))
    seal["objects"] = sha256(lines.encode()).hexdigest()
    wrong = "the signature of the certificate is wrong"
    refused(thinned, repacked(text, objects_of=text, seal=json.dumps(seal)), wrong)


def test_no_word_of_an_object_can_be_changed_and_its_form_does_not_matter(certificate):
    club, found = certificate
    wrong = "the signature of the certificate is wrong"

    for change in (
        {"class_title": "Protokoll"}, {"because": []}, {"remains": ["nothing"]}, {"added": 1},
        {"organisation": "Another"}, {"issued_at": "2020-01-01T00:00:00+00:00"},
        {"erased": 0}, {"signature": "A" * 88}, {"signature": None},
    ):  # fmt: skip
        refused(club, json.dumps(found | change), wrong)
    text = json.dumps(found)
    refused(club, text.replace("{", '{"class_title": "Protokoll", ', 1), "is no certificate")
    refused(club, json.dumps(found | {"certificate": "gallra-certificate/1"}), "not signed")
    rearranged = json.dumps(dict(sorted(found.items())), separators=(" ,", ":\t"))
    path = written(club, "c.json", f"\n{rearranged}\r\n")
    assert verified(club, "--certificate", path).returncode == 0


def test_the_key_of_another_ledger_refuses_words_as_well(thinned, tmp_path_factory):
    text = thinned.run("certificate", NAMES[0])[1]
    other = tmp_path_factory.mktemp("other")
    shutil.copy(thinned.folder / "rules.toml", other / "rules.toml")
    with House.open(other / "rules.toml", other / "state") as house:
        key, pem = house.ledger.public_key()
    for each in (key, pem):
        (thinned.folder / "state" / "ledger" / "public.vkey").write_text(f"{each}\n")
        refused(thinned, text, "the signature of the certificate is wrong")


@pytest.fixture
def certificate(thinned):
    _, (found,) = thinned.objects("certificate", "**/*2019.csv")
    return thinned, found


def test_after_the_texts_were_erased_the_act_is_still_certified(thinned):
    with House.open(thinned.folder / "rules.toml", thinned.folder / "state") as house:
        house.ledger.erase(range(house.ledger.size))

    code, found = thinned.objects("certificate", "--class", "salary-list")

    assert (code, len(found)) == (0, 3)
    assert all(each["erased"] and each["path"] is None for each in found)
    text = thinned.run("certificate", "--since", "2020-01-01")[1]
    assert "raderad" in text
    assert "2019.csv" not in text
    assert verified(thinned, "--certificate", written(thinned, "c", text)).returncode == 0


def test_the_program_that_checks_is_printed_by_the_program_that_acts(thinned):
    code, text, _ = thinned.run("log", "verifier")

    assert code == 0
    assert text == VERIFIER.read_text("utf-8")


def test_whoever_gives_the_command_to_destroy_is_named(thinned):
    _, (found,) = thinned.objects("certificate", BY_HAND)

    assert found["command_by"] == "anna"
    assert found["confirmed"] == []
    path = written(thinned, "c", json.dumps(found))
    assert verified(thinned, "--certificate", path).returncode == 0


def everything_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_persons_entries_are_erased_by_name_and_the_proofs_stay(thinned):
    kept = written(thinned, "kept", thinned.run("log", "checkpoint")[1])
    _, (found,) = thinned.objects("certificate", "**/*2019.csv")
    before = thinned.run("log", "erase", "--path", "**/*2019.csv")
    assert "2019.csv" in before[1]
    assert thinned.run("log", "erase", "--path", "**/*2019.csv", "--yes")[0] == 2
    assert thinned.run("log", "erase")[0] == 2

    words = ("log", "erase", "--mentions", "lista 2019", "--why", "Art. 17", "--yes")
    code, told = thinned.objects(*words)

    assert code == 0
    assert len(told) == 4
    for path, content in everything_in(thinned.folder / "state" / "ledger").items():
        assert b"2019.csv" not in content, path
    assert thinned.run("log", "verify", "--checkpoint", kept)[0] == 0
    path = written(thinned, "c.json", json.dumps(found))
    assert (
        verified(thinned, thinned.folder / "state" / "ledger", "--certificate", path).returncode
        == 0
    )
    _, entries = thinned.objects("log", "--action", "texts-erased")
    assert entries[-1]["details"]["count"] == 4
    _, left = thinned.objects("certificate", "--class", "salary-list")
    assert [each["erased"] for each in left].count(True) == 1


def test_what_is_on_hold_keeps_its_text(thinned):
    placed = thinned.run("hold", "place", "T-1", "--path", "gemensam/Löner", "--reason", "tvist")
    assert placed[0] == 0, placed[2]

    assert thinned.objects("log", "erase", "--path", "**/*2019.csv") == (0, [])


@pytest.mark.parametrize("keep", [None, "2 years", "1 month"])
def test_the_rules_say_how_long_texts_stay_and_silence_keeps_them(thinned, keep, monkeypatch):
    rules = thinned.folder / "rules.toml"
    if keep is not None:
        rules.write_text(f'{rules.read_text("utf-8")}\n[ledger]\nkeep_texts = "{keep}"\n', "utf-8")
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=31 + 100))
    with House.open(rules, thinned.folder / "state") as house:
        house.catalogue.set_meta("clock", "another-boot 0 0")
        size = house.ledger.size
        later = [clock.now() + timedelta(days=number) for number in range(-6, 1)]
        assert [forget_texts(house, each) for each in later[:-1]] == [0] * 6
        count = forget_texts(house, later[-1])
        house.catalogue.forget_ended(clock.now() - FORGET_AFTER)

        assert (count > 0) == (keep == "1 month")
        assert house.ledger.size == size + (count > 0)
        assert house.ledger.verify().is_good
        assert forget_texts(house, clock.now()) == 0
    if count:
        for path, content in everything_in(thinned.folder / "state").items():
            assert b"nelista" not in content, path


def test_while_gallra_observes_or_the_clock_jumped_no_text_is_erased(thinned, monkeypatch):
    rules = thinned.folder / "rules.toml"
    text = rules.read_text("utf-8") + '\n[ledger]\nkeep_texts = "1 month"\n'
    rules.write_text(text, "utf-8")
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=3000))
    days = [clock.now() + timedelta(days=number) for number in range(8)]
    with House.open(rules, thinned.folder / "state") as house:
        assert [forget_texts(house, each) for each in days] == [0] * 8
    rules.write_text(text.replace('"enforce"', '"observe"'), "utf-8")
    with House.open(rules, thinned.folder / "state") as house:
        house.catalogue.set_meta("clock", "another-boot 0 0")
        assert [forget_texts(house, each) for each in days] == [0] * 8


@pytest.mark.parametrize(
    ("days", "erases"),
    [
        ([0], False),
        ([0, 1, 2, 3, 4, 5], False),
        ([0, 0, 0, 0, 0, 0, 0, 0], False),
        ([0, 1, 2, 3, 4, 5, 6], True),
        ([0, 31, 62, 93, 124, 155, 186], True),
        ([0, 1, 2, 3, 4, 5, 41], False),
        ([-3000, -2999, -2998, -2997, -2996, -2995, 0], False),
        ([0, 1, 2, 3, 4, 5, 4], False),
        ([0, 1, 2, 900, 3, 4, 5, 6], False),
    ],
)
def test_a_clock_is_believed_when_seven_days_have_followed_on_each_other(thinned, days, erases):
    """After a start nothing else tells that it is far ahead."""
    rules = thinned.folder / "rules.toml"
    text = rules.read_text("utf-8") + '\n[ledger]\nkeep_texts = "1 month"\n'
    rules.write_text(text, "utf-8")
    with House.open(rules, thinned.folder / "state") as house:
        house.catalogue.set_meta("clock", "another-boot 0 0")
        began = clock.now() + timedelta(days=3000)
        counts = [forget_texts(house, began + timedelta(days=each)) for each in days]

        assert [each > 0 for each in counts] == [False] * (len(days) - 1) + [erases]
        assert house.ledger.verify().is_good


def test_a_machine_that_was_believed_and_then_off_for_months_waits_anew(thinned):
    rules = thinned.folder / "rules.toml"
    text = rules.read_text("utf-8") + '\n[ledger]\nkeep_texts = "9 years"\n'
    rules.write_text(text, "utf-8")
    with House.open(rules, thinned.folder / "state") as house:
        house.catalogue.set_meta("clock", "another-boot 0 0")
        began = clock.now() + timedelta(days=40)
        for number in range(9):
            assert forget_texts(house, began + timedelta(days=number)) == 0
        ahead = began + timedelta(days=4000)
        assert forget_texts(house, ahead) == 0
        assert forget_texts(house, began + timedelta(days=10)) == 0
        counts = [forget_texts(house, ahead + timedelta(days=each)) for each in range(7)]

        assert [each > 0 for each in counts] == [False] * 6 + [True]


def harmed(state, leaves, lines, harm):
    """Do one thing to a ledger that must be noticed."""
    mixed = {
        "torn last line": [*lines, b'{"at":"2026'],
        "duplicated line": [*lines[:5], lines[4], *lines[5:]],
        "swapped lines": [*lines[:3], lines[4], lines[3], *lines[5:]],
        "changed line": [b"".join(lines).replace(b"F15.5", b"F15.4", 1)],
        "cut": lines[:-2],
    }
    if harm in mixed:
        leaves.write_bytes(b"".join(mixed[harm]))
    elif harm == "vault gone":
        for path in (state / "ledger").glob("vault.db*"):
            path.unlink()
    elif harm == "secret gone":
        (state / "secret").unlink()
    elif harm == "secret replaced":
        (state / "secret").write_bytes(b"x" * 32)
    else:
        (state / "ledger" / "checkpoint").unlink()


@pytest.mark.parametrize(
    ("harm", "code", "told"),
    [
        ("torn last line", 0, ""),
        ("duplicated line", 3, "leaves.jsonl, line 6: entry 4 stands where entry 5 should"),
        ("swapped lines", 3, "leaves.jsonl, line 4: entry 4 stands where entry 3 should"),
        ("changed line", 3, "not those known to"),
        ("cut", 3, "entries are missing"),
        ("vault gone", 1, "vault.db"),
        ("secret gone", 3, "the secret is not there"),
        ("secret replaced", 3, "the secret is not the one"),
        ("checkpoint gone", 3, "the checkpoint is missing"),
    ],
)
def test_whatever_is_wrong_with_the_log_is_said_in_one_sentence(thinned, harm, code, told):
    state = thinned.folder / "state"
    leaves = state / "ledger" / "leaves.jsonl"
    lines = leaves.read_bytes().splitlines(keepends=True)
    harmed(state, leaves, lines, harm)

    verdict, _, said = thinned.run("--lang", "en", "log", "verify")

    assert (verdict, told in said, said.count("\n")) == (code, True, int(code > 0)), said
    done, out, refusal = thinned.run("--lang", "en", "certificate", "--since", "2020-01-01")
    assert done == (3 if code == 3 else 0)
    assert (not out, refusal.count("\n")) == (code == 3, int(code == 3))


def test_a_kept_checkpoint_that_does_not_fit_is_told_and_holds_nothing_back(thinned, made):
    with House.open(made.folder / "rules.toml", thinned.folder / "state") as house:
        size = house.ledger.size
    older = thinned.folder / "older"
    shutil.copytree(thinned.folder / "state", older)
    assert thinned.run("hold", "place", "T-1", "--path", "gemensam/x", "--reason", "tvist")[0] == 0
    kept = written(thinned, "kept", thinned.run("log", "checkpoint")[1])
    shutil.rmtree(thinned.folder / "state")
    shutil.copytree(older, thinned.folder / "state")

    code, _, said = thinned.run("--lang", "en", "log", "verify", "--checkpoint", kept)

    assert (code, "entries are missing" in said) == (1, True)
    assert thinned.run("log", "verify")[0] == 0
    done = verified(thinned, thinned.folder / "state" / "ledger", "--checkpoint", kept)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"entries are missing: {size} are there" in done.stderr
