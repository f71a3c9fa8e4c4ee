"""Senders against servers on this machine: an SMTP server and a provider of text messages."""

import json
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from vaksam.core.messages import Channel, Text
from vaksam.core.messages.render import Paragraph
from vaksam.messaging.senders import (
    Attachment,
    FileSender,
    HttpSmsSender,
    MailSender,
    Rejected,
    Retry,
    sender_for,
)

WORDS = Text("sv", "ltr", "Din tid", (Paragraph("Tid", 'tisdag "20" april'), Paragraph("", "ö")))
SMS = Text("sv", "ltr", "", (Paragraph("", 'Din tid: "tisdag" {to}\nö'),))


class Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; `answers` are replies to RCPT."""

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.server.got.append(self.until_the_end())
            if word == b"QUIT":
                self.say("221 bye")
                return
            self.say(self.server.answers.pop(0) if self.server.answers and word == b"RCPT"
                     else "250 yes")  # fmt: skip

    def until_the_end(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), json.loads(content)))
        status, body = self.server.answers.pop(0) if self.server.answers else (200, '{"id": "m-1"}')
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *about):
        pass


def serve(server) -> Iterator[SimpleNamespace]:
    server.got, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def smtp(settings):
    settings.VAKSAM_SMTP_HOST = "127.0.0.1"
    settings.VAKSAM_SMTP_TLS = "none"
    settings.VAKSAM_MAIL_FROM = "Region Västerbotten <boka@region.example>"
    for server in serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)):
        settings.VAKSAM_SMTP_PORT = server.server_address[1]
        yield server


@pytest.fixture
def provider(settings):
    for server in serve(ThreadingHTTPServer(("127.0.0.1", 0), Provider)):
        settings.VAKSAM_SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/sms"
        settings.VAKSAM_SMS_TOKEN = "token"
        yield server


def test_files_where_nothing_is_set():
    assert all(isinstance(sender_for(channel), FileSender) for channel in Channel)


def test_email_with_a_calendar_file(smtp, planted):
    ics = Attachment("visit.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:\xc3\xb6")
    sender = sender_for(Channel.EMAIL)
    assert isinstance(sender, MailSender)
    name = sender.send(planted.email, WORDS, [ics], token="vaksam-1")
    assert name == "<vaksam-1@region.example>"
    mail = message_from_bytes(smtp.got[0], policy=policy.default)
    assert mail["To"] == planted.email and mail["Subject"] == "Din tid"
    assert mail["Message-ID"] == name and mail["Content-Language"] == "sv"
    body, attached = mail.get_body(), next(mail.iter_attachments())
    assert body.get_content().replace("\r", "").strip() == 'Tid\ntisdag "20" april\n\nö'
    assert attached.get_content_type() == "text/calendar"
    assert "ö" in attached.get_content()


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such user", Rejected), ("451 later", Retry)]
)
def test_email_that_is_not_taken(smtp, planted, answer, error):
    smtp.answers = [answer]
    with pytest.raises(error) as caught:
        MailSender().send(planted.email, WORDS, [], token="vaksam-1")
    assert planted.email not in repr(caught.value) and caught.value.__suppress_context__


def test_no_server(smtp, settings, planted):
    settings.VAKSAM_SMTP_PORT = 1
    with pytest.raises(Retry, match="ConnectionRefusedError"):
        MailSender().send(planted.email, WORDS, [], token="vaksam-1")


def test_a_text_message_cannot_break_out_of_the_template(provider, planted, settings):
    settings.VAKSAM_SMS_BODY = '{"messages": [{"to": "{to}", "text": "{text}"}], "test": true}'
    assert HttpSmsSender().send(planted.phone, SMS, [], token="vaksam-1") == "m-1"
    headers, body = provider.got[0]
    assert headers["Authorization"] == "Bearer token"
    number = f"+46{planted.phone[1:]}"
    assert body == {"messages": [{"to": number, "text": SMS.body}], "test": True}


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, Retry), (429, Retry), (401, Retry), (302, Retry), (400, Rejected), (422, Rejected)],
)
def test_a_provider_that_does_not_take_it(provider, planted, status, error):
    provider.answers = [(status, f"bad number {planted.phone}")]
    with pytest.raises(error) as caught:
        HttpSmsSender().send(planted.phone, SMS, [], token="vaksam-1")
    assert str(caught.value) == f"http-{status}"


@pytest.mark.parametrize("body", ["sent", "[]", "{}"])
def test_a_provider_that_gives_no_id(provider, planted, body):
    provider.answers = [(200, body)]
    assert HttpSmsSender().send(planted.phone, SMS, [], token="vaksam-1") == ""


def test_no_provider_and_no_number(provider, settings, planted):
    with pytest.raises(Rejected, match="bad-number"):
        HttpSmsSender().send("12", SMS, [], token="vaksam-1")
    settings.VAKSAM_SMS_URL = "http://127.0.0.1:1/"
    with pytest.raises(Retry, match="ConnectionError"):
        HttpSmsSender().send(planted.phone, SMS, [], token="vaksam-1")


def test_settings_that_cannot_work_are_said_by_name(settings):
    from vaksam.messaging.checks import senders

    assert senders() == []
    settings.VAKSAM_SMS_URL = "http://sms.example/send"
    settings.VAKSAM_SMTP_HOST = "mail.example"
    with pytest.raises(ImproperlyConfigured):
        HttpSmsSender()
    said = " ".join(error.msg for error in senders())
    assert "VAKSAM_SMS_URL" in said and "VAKSAM_MAIL_FROM" in said
    settings.VAKSAM_SMS_URL = "https://sms.example/send"
    settings.VAKSAM_SMS_BODY = "to={to}"
    settings.VAKSAM_MAIL_FROM, settings.VAKSAM_SMTP_TLS = "a@b.se", "ssl"
    said = " ".join(error.msg for error in senders())
    assert "VAKSAM_SMS_BODY" in said and "VAKSAM_SMTP_TLS" in said
