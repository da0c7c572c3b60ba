"""Signed and encrypted mail: what is only signed is read, what is encrypted is named by cipher."""

import base64
import bz2
import random
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from gallra.content.smime import encryption_of
from gallra.model.passage import Outcome

HEAD = b"From: Anna <a@example.se>\r\nTo: b@example.se\r\nSubject: Hej\r\nMIME-Version: 1.0\r\n"
INNER = (
    b'Content-Type: multipart/mixed; boundary="y"\r\n\r\n--y\r\n\r\nMARKER-BODY\r\n--y\r\n'
    b'Content-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment\r\n\r\n'
    b"MARKER-FILE\r\n--y--\r\n"
)


@pytest.fixture(name="identity", scope="module")
def _identity():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signe Sälg")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=9))
        .add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name("signe@example.se")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def signed(identity, content: bytes, *options: pkcs7.PKCS7Options) -> bytes:
    key, certificate = identity
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


def smime(kind: str, der: bytes) -> bytes:
    head = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=%s; " % kind.encode()
    head += b'name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + base64.encodebytes(der)


def test_mail_that_is_only_signed_is_read_with_all_that_hangs_on_it(read, identity) -> None:
    content = smime("signed-data", signed(identity, INNER))
    own, attached = read(content, "a.eml")
    assert own.outcome is Outcome.READ
    found = [(passage.where, passage.text) for passage in own.passages]
    assert ("body", "MARKER-BODY") in found
    assert ("signer", "Signe Sälg") in found
    assert ("signer", "signe@example.se") in found
    assert (attached.address, attached.text) == ("a.txt", "MARKER-FILE\n") or (
        attached.text.startswith("MARKER-FILE")
    )


def test_a_signed_file_is_opened_and_a_bare_signature_names_its_signer(read, identity) -> None:
    own, inner = read(signed(identity, b"MARKER plain words"), "avtal.txt.p7m")
    assert (own.kind, own.outcome, inner.address) == ("p7m", Outcome.READ, "avtal.txt")
    assert inner.text == "MARKER plain words"
    bare = signed(identity, b"elsewhere", pkcs7.PKCS7Options.DetachedSignature)
    (part,) = read(bare, "smime.p7s")
    assert part.outcome is Outcome.READ
    assert "Signe Sälg" in part.text


def test_truncated_and_flipped_envelopes_end_with_an_outcome(read, identity, check_parts) -> None:
    chance = random.Random(13)
    for content in (signed(identity, INNER), enveloped("1.2.840.113549.3.7")):
        for _ in range(60):
            parts = read(content[: chance.randrange(30, len(content) - 1)], "smime.p7m")
            check_parts(parts)
            assert parts[0].outcome is not Outcome.READ
            flipped = bytearray(content)
            for _ in range(chance.choice((1, 5, 50))):
                flipped[chance.randrange(len(flipped))] = chance.randrange(256)
            check_parts(read(bytes(flipped), "smime.p7m"))


def test_mail_with_a_signature_beside_it_is_read(read, identity) -> None:
    bare = signed(identity, INNER, pkcs7.PKCS7Options.DetachedSignature)
    content = HEAD + b'Content-Type: multipart/signed; boundary="z"\r\n\r\n--z\r\n' + INNER
    content += b"\r\n--z\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
    content += (
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(bare) + b"--z--\r\n"
    )
    parts = {part.address: part for part in read(content, "a.eml")}
    assert "MARKER-BODY" in parts[""].text
    assert "MARKER-FILE" in parts["a.txt"].text
    assert "Signe Sälg" in parts["smime.p7s"].text


def tlv(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        body += bytes(reversed(septets))
    return tlv(6, body)


def enveloped(cipher: str, parameters: bytes = b"") -> bytes:
    inner = tlv(
        0x30,
        oid("1.2.840.113549.1.7.1"),
        tlv(0x30, oid(cipher), parameters),
        tlv(0x80, bytes(40)),
    )
    return tlv(
        0x30,
        oid("1.2.840.113549.1.7.3"),
        tlv(0xA0, tlv(0x30, tlv(2, b"\0"), tlv(0x31, tlv(0x30, bytes(300))), inner)),
    )


@pytest.mark.parametrize(
    ("cipher", "parameters", "method"),
    [
        ("2.16.840.1.101.3.4.1.42", tlv(4, bytes(16)), "S/MIME AES-256-CBC"),
        ("2.16.840.1.101.3.4.1.6", tlv(0x30), "S/MIME AES-128-GCM"),
        ("1.2.840.113549.3.7", tlv(4, bytes(8)), "S/MIME 3DES"),
        ("1.2.840.113549.3.2", tlv(0x30, tlv(2, b"\0\xa0"), tlv(4, bytes(8))), "S/MIME RC2-40"),
        ("1.2.840.113549.3.2", tlv(0x30, tlv(2, b"\x3a"), tlv(4, bytes(8))), "S/MIME RC2-128"),
        ("1.2.3.4", b"", "S/MIME"),
    ],
)
def test_encrypted_mail_and_files_name_their_cipher(read, cipher, parameters, method) -> None:
    der = enveloped(cipher, parameters)
    assert encryption_of(der) == method
    for content, name in (
        (smime("enveloped-data", der), "a.eml"),
        (smime("signed-data", der), "a.eml"),
        (der, "smime.p7m"),
    ):
        (part,) = read(content, name)
        assert (part.outcome, part.encrypted) == (Outcome.OPAQUE, method)


def test_packed_mail_is_unpacked_and_a_bomb_refused(read) -> None:
    def packed(content: bytes) -> bytes:
        return tlv(
            0x30,
            oid("1.2.840.113549.1.9.16.1.9"),
            tlv(
                0xA0,
                tlv(
                    0x30,
                    tlv(2, b"\0"),
                    tlv(0x30, oid("1.2.840.113549.1.9.16.3.8")),
                    tlv(0x30, oid("1.2.840.113549.1.7.1"),
                        tlv(0xA0, tlv(4, zlib.compress(content)))),
                ),
            ),
        )  # fmt: skip

    own, *_ = read(smime("compressed-data", packed(INNER)), "a.eml")
    assert "MARKER-BODY" in own.text
    (bomb,) = read(packed(bytes(200 * 1024 * 1024)), "smime.p7m")
    assert bomb.outcome is Outcome.TOO_LARGE


def pgp_packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def literal(content: bytes) -> bytes:
    return pgp_packet(11, b"u\x05a.txt\0\0\0\0" + content)


def armoured(packets: bytes) -> bytes:
    return (
        b"-----BEGIN PGP MESSAGE-----\nVersion: x\n\n"
        + base64.encodebytes(packets)
        + b"=AbCd\n-----END PGP MESSAGE-----\n"
    )


@pytest.mark.parametrize(
    ("packets", "method"),
    [
        (pgp_packet(3, b"\x04\x09\x03\x08" + bytes(9)) + pgp_packet(18, b"\1x"), "PGP AES-256"),
        (pgp_packet(3, b"\x04\x02\x03\x08" + bytes(9)) + pgp_packet(18, b"\1x"), "PGP 3DES"),
        (pgp_packet(1, b"\x03" + bytes(20)) + pgp_packet(18, b"\1x"), "PGP"),
        (pgp_packet(1, b"\x03") + pgp_packet(9, b"x"), "PGP without integrity protection"),
    ],
)
def test_pgp_tells_its_cipher_where_it_stands_in_the_clear(read, packets, method) -> None:
    mail = HEAD + b"\r\nBefore\r\n" + armoured(packets) + b"After\r\n"
    own, *_ = read(mail, "a.eml")
    assert (own.outcome, own.encrypted) == (Outcome.OPAQUE, method)
    assert own.passages[-1].text == "Before\n\nAfter"
    multipart = HEAD + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; '
    multipart += b'boundary="q"\r\n\r\n--q\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
    multipart += b"Version: 1\r\n--q\r\nContent-Type: application/octet-stream\r\n\r\n"
    (whole,) = read(multipart + armoured(packets) + b"\r\n--q--\r\n", "a.eml")
    assert (whole.outcome, whole.encrypted) == (Outcome.OPAQUE, method)
    (file,) = read(armoured(packets), "hemligt.txt.asc")
    assert (file.kind, file.outcome, file.encrypted) == ("pgp", Outcome.OPAQUE, method)


@pytest.mark.parametrize("way", [1, 2, 3])
def test_pgp_that_is_only_signed_and_packed_is_read(read, way) -> None:
    text = literal("MARKER å".encode())
    raw = zlib.compressobj(wbits=-15)
    squeezed = {
        1: raw.compress(text) + raw.flush(),
        2: zlib.compress(text),
        3: bz2.compress(text),
    }[way]
    packets = pgp_packet(8, bytes([way]) + squeezed)
    (mail,) = read(HEAD + b"\r\n" + armoured(packets), "a.eml")
    assert mail.outcome is Outcome.READ
    assert ("signed body", "MARKER å") in [(each.where, each.text) for each in mail.passages]
    own, inner = read(armoured(packets), "brev.txt.asc")
    assert (own.outcome, inner.address, inner.text) == (Outcome.READ, "brev.txt", "MARKER å")
