"""The answer: a letter in the person's language, a copy that only its password opens."""

import hashlib
import hmac
import io
import json
import re
import zipfile
import zlib

import access_scenario as scenario
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from gallra.duties.access_bundle import new_password


@pytest.fixture
def planted(club):
    """The club of the scenario, scanned; it may act."""
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    scenario.plant(club)
    club.scan()
    return club


def decided(club, *words):
    """Open a request, search, and exclude what is doubtful; return its reference."""
    reference = scenario.request(club, *words)
    found, _ = scenario.search(club, reference)
    doubtful = [str(each["number"]) for each in found.values() if each["certainty"] == "doubtful"]
    code, _, _ = club.run(
        "access-request", "exclude", reference, *doubtful, "--why", "somebody else"
    )
    assert code == 0
    return reference, found


def opened(content, password):
    """Decrypt an archive as WinZip describes it, with none of the code that wrote it."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for info in packed.infolist():
            at = info.header_offset
            name_length, extra_length = (
                int.from_bytes(content[at + 26 : at + 28], "little"),
                int.from_bytes(content[at + 28 : at + 30], "little"),
            )
            start = at + 30 + name_length + extra_length
            raw = content[start : start + info.compress_size]
            extra = info.extra[info.extra.index(b"\x01\x99") :]
            assert extra[8] == 3, "AES with 256 bits"
            method = int.from_bytes(extra[9:11], "little")
            salt, check, held, code = raw[:16], raw[16:18], raw[18:-10], raw[-10:]
            keys = PBKDF2HMAC(SHA1(), 66, salt, 1000).derive(password.encode())  # noqa: S303 - the format's own
            if keys[64:] != check:
                raise ValueError("another password")
            assert hmac.new(keys[32:64], held, hashlib.sha1).digest()[:10] == code
            clear = _decrypted(keys[:32], held)
            found[info.filename] = zlib.decompress(clear, -15) if method == 8 else clear
    return found


def _decrypted(key, held):
    """Undo AES in counter mode whose counter is little-endian, and begins with one."""
    blocks = []
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the counter is ours
    for number, at in enumerate(range(0, len(held), 16), 1):
        stream = cipher.update(number.to_bytes(16, "little"))
        blocks.append(bytes(a ^ b for a, b in zip(held[at : at + 16], stream, strict=False)))
    return b"".join(blocks)


SEVEN = {
    "sv": ("Ändamål", "Kategorier", "Mottagare|mottagare|får del", "Sparas|sparas", "rätta",
           "IMY", "Källa", "automati"),
    "nb": ("Formål", "Kategorier", "mottar|Mottakere", "Oppbevares|oppbevares", "rette",
           "IMY", "Kilde", "automati"),
    "en": ("Purpose", "Categories", "receives", "Kept", "put right", "IMY", "Source", "Automated"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_the_letter_has_what_the_law_names_in_the_language_of_the_member(planted, language):
    reference, _ = decided(planted, "--letter", language)

    code, out, _ = planted.run("access-request", "letter", reference)

    assert code == 0
    for word in SEVEN[language]:
        assert re.search(word, out), word
    assert "Anna Maria Åsgård" in out
    assert not [name for name in scenario.OTHERS if name in out]
    path = planted.folder / "letter.html"
    assert planted.run("access-request", "letter", reference, "--to", path)[0] == 0
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert path.stat().st_mode & 0o777 == 0o600
    assert planted.run("access-request", "letter", reference, "--to", path)[0] == 2


def test_a_norwegian_club_names_its_own_authority(planted):
    planted.edit_rules("Europe/Stockholm", "Europe/Oslo")
    reference, _ = decided(planted, "--letter", "nb")

    assert "Datatilsynet" in planted.run("access-request", "letter", reference)[1]


def test_the_bundle_opens_with_its_password_and_holds_her_and_nobody_else(planted):
    reference, found = decided(planted)
    path = planted.folder / "copy.zip"

    code, (made,) = planted.objects("access-request", "bundle", reference, "--to", path)

    assert code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    members = opened(path.read_bytes(), made["password"])
    hers = [each for each in found.values() if each["theirs"]]
    assert len(members) == len(hers) + 2
    assert all(re.fullmatch(r"\d{4}\.[a-z]+", name) for name in members)
    assert len(json.loads(members["0000.json"])) == len(hers)
    text = b"\n".join(members.values()).decode("utf-8", "replace")
    assert not [name for name in scenario.OTHERS if name in text]
    for own in ("sjukskriven på halvtid", "31000", "Omplaceringen dras tillbaka", "24 100"):
        assert own in text
    with pytest.raises(ValueError, match="another password"):
        opened(path.read_bytes(), new_password())


def test_the_password_is_shown_once_and_kept_nowhere(planted):
    reference, _ = decided(planted)
    path = planted.folder / "copy.zip"

    code, out, _ = planted.run("access-request", "bundle", reference, "--to", path)

    assert code == 0
    (password,) = re.findall(r"(?:[a-z2-7]{4}-){7}[a-z2-7]{4}", out)
    kept = b"".join(each.read_bytes() for each in planted.state.rglob("*") if each.is_file())
    assert password.encode() not in kept
    assert password not in planted.run("log")[1]
    assert password not in planted.run("access-request", "show", reference)[1]
    assert planted.run("access-request", "bundle", reference, "--to", path)[0] == 2


def test_an_original_goes_only_where_it_names_nobody_else_or_a_person_said_so(planted):
    reference, found = decided(planted)
    note = str(found["arenden/Ärende 12/anteckning.txt"]["number"])
    alone = f"{found['gemensam/Kontakt/telefon.txt']['number']:04d}.txt"
    path = planted.folder / "copy.zip"
    assert planted.run("access-request", "confirm", reference, note, "--whole")[0] == 2
    assert (
        planted.run("access-request", "confirm", reference, note, "--whole", "--why", "ok")[0] == 0
    )

    _, (made,) = planted.objects("access-request", "bundle", reference, "--to", path)

    members = opened(path.read_bytes(), made["password"])
    assert members[f"{int(note):04d}.txt"].decode() == scenario.NOTE
    assert members[alone] == (planted.share("gemensam") / "Kontakt/telefon.txt").read_bytes()


def test_of_a_mailbox_in_quarantine_only_the_persons_message_goes(planted):
    planted.add_rules(
        '[[representative]]\nname = "Kari Eksempelsen"\narea = ["epost:kari"]\n'
        '[[representative]]\nname = "Ola Nordlie"\narea = ["epost:ola"]\n'
    )
    theirs, others = (
        f"From x@example.org Tue Feb  3 10:11:12 2026\nFrom: {sender}\nSubject: {text}\n"
        f"Date: Tue, 3 Feb 2026 10:11:12 +0100\n\n{text}\n\n"
        for sender, text in (
            ("anna.asgard@example.org", "turnus"),
            ("erik.lund@example.net", "about Erik Lund, who is ill"),
        )
    )
    planted.write("epost", {"kari/box.mbox": others + theirs + others})
    planted.scan()
    assert planted.run("handover", "begin", "Kari Eksempelsen", "Ola Nordlie")[0] == 0
    words = ("delete", "--path", "epost/kari", "--why", "old")
    assert planted.run("handover", "decide", "2026-1", *words)[0] == 0
    assert planted.run("handover", "carry-out", "2026-1")[0] == 0
    assert not any(each["stays"] for each in planted.objects("quarantine", "list")[1])
    reference, found = decided(planted)
    (number,) = (each["number"] for place, each in found.items() if "box.mbox" in place)
    path = planted.folder / "copy.zip"

    _, (made,) = planted.objects("access-request", "bundle", reference, "--to", path)
    members = opened(path.read_bytes(), made["password"])
    assert b"turnus" in members[f"{number:04d}.eml"]
    assert not any(b"Erik Lund" in content for content in members.values())

    words = ("confirm", reference, number, "--whole", "--why", "ok")
    assert planted.run("access-request", *words)[0] == 0
    path.unlink()
    _, (made,) = planted.objects("access-request", "bundle", reference, "--to", path)
    assert opened(path.read_bytes(), made["password"])[f"{number:04d}.eml"] == theirs.encode()


def test_nothing_is_handed_out_before_all_that_is_doubtful_is_decided(planted):
    reference = scenario.request(planted)
    scenario.search(planted, reference)
    path = planted.folder / "copy.zip"

    assert planted.run("access-request", "letter", reference)[0] == 2
    assert planted.run("access-request", "bundle", reference, "--to", path)[0] == 2
    assert not path.exists()


def test_passwords_are_long_and_different():
    made = {new_password() for _ in range(50)}

    assert len(made) == 50
    assert all(len(each.replace("-", "")) == 32 for each in made)
