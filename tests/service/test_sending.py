"""Sending, against a real mail server on loopback: each is told once, and what fails waits."""

import email
import email.policy
import json
import re
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gallra.model.errors import OccupiedError
from gallra.model.message import said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.report.counting import counted
from gallra.rules.loading import load
from gallra.service.enveloping import packed
from gallra.service.sending import send, waiting_in
from gallra.store.spool import Spool

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
RULES = """\
version = 1
[organisation]
name = "Klubben"
language = "sv"
timezone = "Europe/Stockholm"
data_protection_officer = {{ name = "DPO", email = "dpo@example.org" }}
[share.a]
path = "/srv/a"
role = "common-area"
[class.minutes]
title = "Minutes"
purpose = "To know"
categories = ["name"]
legal_basis = ["GDPR 6(1)(f)"]
source = "Us"
authority = "We"
keep = "1 year"
from = "modified"
then = "review"
[[rule]]
class = "minutes"
when = {{ path = "**/*" }}
[notifications]
from = "gallra@example.org"
port = {port}
{more}
[[receiver]]
email = "chair@example.org"
as = ["club", "admin"]
[[receiver]]
email = "second@example.org"
language = "nb"
"""


class AnyPort(Controller):
    """A mail server on whatever port is free."""

    def __init__(self, handler, **settings):
        super().__init__(handler, hostname="127.0.0.1", port=0, **settings)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Kept:
    """Keeps what arrives; refuses whom it is told to."""

    def __init__(self):
        self.mails = []
        self.refused = set()
        self.is_failing = False

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.is_failing:
            return "451 later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"

    def told(self):
        return sorted(address for receivers, _ in self.mails for address in receivers)


@pytest.fixture
def server():
    handler = Kept()
    controller = AnyPort(handler)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "outbox")


@pytest.fixture
def schedule(tmp_path, server):
    def made(more="", port=None):
        path = tmp_path / "rules.toml"
        path.write_text(RULES.format(port=port or server.port, more=more), "utf-8")
        return load(str(path))

    return made


def post(spool, *, audience=Audience.CLUB, urgency=Urgency.NOW, subject=None, at=NOW):
    spool.put(
        at.timestamp(),
        packed(
            Notification(
                kind="brake",
                audience=audience,
                urgency=urgency,
                key="k",
                subject=subject or said("a safety brake holds: {code}", code="count"),
                lines=(counted("{count} record", "{count} records", count=3),),
                at=at,
            )
        ),
    )


def test_everybody_is_told_once_in_their_language(server, schedule, spool):
    post(spool, subject=said("nothing waits to be told"))

    sent = send(schedule(), spool, NOW)
    again = send(schedule(), spool, NOW)

    assert (sent.mail_count, sent.told_count, sent.complaints) == (2, 1, [])
    assert again.mail_count == 0
    assert server.handler.told() == ["chair@example.org", "second@example.org"]
    subjects = {receivers[0]: mail["Subject"] for receivers, mail in server.handler.mails}
    assert subjects["chair@example.org"] == "gallra, Klubben: inget väntar på att skickas"
    assert subjects["second@example.org"] == "gallra, Klubben: ingenting venter på å bli sendt"
    assert list(spool.folder.iterdir()) == []


def test_a_mail_says_who_sent_it_and_that_no_person_did(server, schedule, spool):
    post(spool)
    send(schedule(), spool, NOW)
    mail = server.handler.mails[0][1]
    assert mail["From"] == "gallra@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "3 handlingar" in mail.get_content()
    assert max(len(line) for line in mail.get_content().splitlines()) <= 78


def test_what_is_the_officers_goes_to_the_officer_alone(server, schedule, spool):
    post(spool, audience=Audience.OFFICER)
    send(schedule(), spool, NOW)
    assert server.handler.told() == ["dpo@example.org"]


@pytest.mark.parametrize("urgency", [Urgency.NOW, Urgency.DIGEST])
def test_who_is_two_things_to_the_club_is_told_once(server, schedule, spool, urgency):
    for audience in (Audience.CLUB, Audience.ADMIN):
        post(spool, audience=audience, urgency=urgency, at=NOW - timedelta(days=9))

    sent = send(schedule(), spool, NOW)

    assert (sent.mail_count, sent.told_count) == (2, 2)
    assert server.handler.told() == ["chair@example.org", "second@example.org"]
    for _, mail in server.handler.mails:
        assert len(re.findall(r"3 (?:handlingar|dokumenter)", mail.get_content())) == 1
    assert list(spool.folder.iterdir()) == []


def test_whoever_is_refused_does_not_keep_others_from_being_told(server, schedule, spool):
    server.handler.refused = {"second@example.org"}
    post(spool)

    sent = send(schedule(), spool, NOW)

    assert server.handler.told() == ["chair@example.org"]
    assert "SMTP 550" in sent.complaints[0].in_english()
    assert len(waiting_in(spool)[0]) == 1

    server.handler.refused = set()
    send(schedule(), spool, NOW)

    assert server.handler.told() == ["chair@example.org", "second@example.org"]
    assert spool.names() == ()


def test_a_server_that_is_not_there_loses_nothing(schedule, spool):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = schedule(port=taken.getsockname()[1])
        post(spool)
        sent = send(closed, spool, NOW)
    assert sent.told_count == 0
    assert len(sent.complaints) == 1
    assert len(spool.names()) == 1
    assert send(schedule(), spool, NOW).mail_count == 2


def test_a_server_that_asks_to_try_later_is_tried_later(server, schedule, spool):
    server.handler.is_failing = True
    post(spool)
    assert "SMTP 451" in send(schedule(), spool, NOW).complaints[0].in_english()
    server.handler.is_failing = False
    assert send(schedule(), spool, NOW).told_count == 1


def test_the_same_mail_keeps_its_id_when_a_crash_repeats_it(server, schedule, spool):
    post(spool)
    send(schedule(), spool, NOW)
    first = server.handler.mails[0][1]["Message-ID"]
    (spool.folder).mkdir(exist_ok=True)
    server.handler.mails.clear()

    post(spool)
    name = spool.names()[0]
    content = spool.content(name)
    send(schedule(), spool, NOW)
    second = server.handler.mails[0][1]["Message-ID"]
    server.handler.mails.clear()
    (spool.folder / name).write_bytes(content)  # as if it had not been taken out
    send(schedule(), spool, NOW)

    assert server.handler.mails[0][1]["Message-ID"] == second != first


def test_quiet_hours_hold_back_what_can_wait(server, schedule, spool):
    quiet = schedule('quiet = "21:00-07:00"')
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    post(spool, urgency=Urgency.SOON, at=night)
    post(spool, urgency=Urgency.NOW, audience=Audience.OFFICER, at=night)

    sent = send(quiet, spool, night)

    assert (server.handler.told(), sent.waiting_count) == (["dpo@example.org"], 1)
    assert send(quiet, spool, night + timedelta(hours=9)).mail_count == 2


def test_all_that_could_wait_comes_in_one_mail(server, schedule, spool):
    for _ in range(5):
        post(spool, urgency=Urgency.DIGEST)
    daily = schedule('digest = "daily 08:00"')

    assert send(daily, spool, NOW).mail_count == 0
    sent = send(daily, spool, NOW + timedelta(days=1))

    assert (sent.mail_count, sent.told_count) == (2, 5)
    assert "5 saker" in server.handler.mails[0][1]["Subject"]


def test_what_is_no_notification_is_left_and_said(schedule, spool, tmp_path):
    post(spool)
    (spool.folder / "0000000001.000000-x.json").write_bytes(b'{"kind": 1}')
    (spool.folder / "0000000002.000000-x.json").symlink_to(tmp_path / "rules.toml")
    (spool.folder / "0000000003.000000-x.json").mkdir()

    sent = send(schedule(), spool, NOW)

    assert sent.mail_count == 2
    assert len(sent.complaints) == 3
    assert len(spool.names()) == 3


def test_only_one_sends_at_a_time(schedule, spool):
    post(spool)
    with spool.alone() as is_alone:
        assert is_alone
        with pytest.raises(OccupiedError):
            send(schedule(), spool, NOW)


def test_a_headline_cannot_smuggle_in_another_header(server, schedule, spool):
    post(spool, subject=said("share {share} is back", share="x\r\nBcc: thief@example.org"))
    sent = send(schedule(), spool, NOW)
    assert sent.complaints == []
    assert "thief@example.org" not in server.handler.told()
    assert all(mail["Bcc"] is None for _, mail in server.handler.mails)


class Login:
    def __init__(self):
        self.given = []
        self.expected = b"hemligt"

    def __call__(self, _server, _session, _envelope, _mechanism, data):
        self.given.append((data.login, data.password))
        return AuthResult(success=data.password == self.expected, handled=False)


pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def guarded_server():
    handler, login = Kept(), Login()
    controller = AnyPort(handler, authenticator=login, auth_required=True, auth_require_tls=False)
    controller.start()
    yield controller, handler
    controller.stop()


def test_the_password_comes_from_a_file_that_nobody_else_reads(
    guarded_server, schedule, spool, tmp_path, monkeypatch
):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    controller, handler = guarded_server
    secret = tmp_path / "password"
    secret.write_text("hemligt\n")
    secret.chmod(0o644)
    rules = schedule(f'user = "klubben"\npassword_file = "{secret}"', port=controller.port)
    post(spool)

    open_to_all = send(rules, spool, NOW)
    secret.chmod(0o600)
    closed = send(rules, spool, NOW)

    assert open_to_all.mail_count == 0
    assert "Others can read" in open_to_all.complaints[0].in_english()
    assert closed.mail_count == len(handler.mails) == 2


def test_the_services_credential_goes_before_the_file(
    guarded_server, schedule, spool, tmp_path, monkeypatch
):
    controller, handler = guarded_server
    (tmp_path / "gallra-smtp-password").write_text("hemligt")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    post(spool)
    send(schedule('user = "klubben"', port=controller.port), spool, NOW)
    assert len(handler.mails) == 2


def test_a_password_may_have_swedish_letters(
    guarded_server, schedule, spool, tmp_path, monkeypatch
):
    controller, handler = guarded_server
    controller.SMTP_kwargs["authenticator"].expected = "smörgåsbord".encode()
    (tmp_path / "gallra-smtp-password").write_text("smörgåsbord", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    post(spool)
    assert send(schedule('user = "klubben"', port=controller.port), spool, NOW).complaints == []
    assert len(handler.mails) == 2


def test_a_wrong_password_is_said_and_not_shown(
    guarded_server, schedule, spool, tmp_path, monkeypatch
):
    controller, _ = guarded_server
    (tmp_path / "gallra-smtp-password").write_text("fel-lösenord")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    post(spool)
    sent = send(schedule('user = "klubben"', port=controller.port), spool, NOW)
    told = sent.complaints[0].in_english()
    assert "SMTP 535" in told
    assert "fel-l" not in told
    assert len(spool.names()) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_believed(schedule, spool, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = self_signed(tmp_path)
    context.load_cert_chain(certificate, key)
    handler = Kept()
    controller = AnyPort(handler, tls_context=context)
    controller.start()
    try:
        post(spool)
        sent = send(schedule('security = "starttls"', port=controller.port), spool, NOW)
    finally:
        controller.stop()
    assert handler.mails == []
    assert "TLS" in sent.complaints[0].in_english()


def self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=4000))
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "c.pem", folder / "k.pem"


@pytest.fixture
def web():
    """A service of another kind: takes what is posted, in JSON."""
    got = []

    class Post(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Post)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1], got
    server.shutdown()
    thread.join()
    server.server_close()


def test_other_services_get_the_headline_and_no_more(schedule, spool, tmp_path, web):
    port, got = web
    addresses = tmp_path / "apprise"
    addresses.write_text(f"# ours\njson://127.0.0.1:{port}/\n")
    addresses.chmod(0o600)
    post(spool)

    sent = send(schedule(f'apprise_file = "{addresses}"'), spool, NOW)

    assert (sent.complaints, sent.told_count) == ([], 1)
    assert [each["message"] for each in got] == ["gallra, Klubben: a safety brake holds: count"]


def test_a_service_that_is_not_reached_is_told_later_and_mail_is_not_repeated(
    server, schedule, spool, tmp_path
):
    addresses = tmp_path / "apprise"
    addresses.write_text("json://127.0.0.1:1/\n")
    addresses.chmod(0o600)
    post(spool)

    rules = schedule(f'apprise_file = "{addresses}"')
    sent = send(rules, spool, NOW)
    send(rules, spool, NOW)

    assert len(sent.complaints) == 1
    assert len(server.handler.mails) == 2
    assert len(spool.names()) == 1


def test_who_was_told_can_be_read_by_whoever_sends_next_be_it_root_or_the_service(spool):
    spool.put(1.0, b"{}")
    (name,) = spool.names()

    spool.note_told(name, "abc")

    (note,) = spool.folder.glob("*.told")
    assert stat.S_IMODE(note.stat().st_mode) == 0o640
