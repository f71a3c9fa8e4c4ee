"""Messages that could not be sent: tried again, given up, never quoted."""

from datetime import timedelta

from tests.messaging.conftest import rows
from vaksam.messaging.models import Message
from vaksam.messaging.senders import FileSender, Rejected, Retry


def fail_with(patch, *errors):
    left = list(errors)

    def send(self, *about, **more):
        if left:
            raise left.pop(0)
        return "sent"

    patch.setattr(FileSender, "send", send)


def test_what_fails_is_tried_again_with_growing_pauses(here, karin, monkeypatch):
    fail_with(monkeypatch, *[Retry("http-503")] * 20)
    here.book(karin)
    pauses = []
    for _ in range(8):
        here.send()
        row = Message.objects.get(kind="confirmation")
        pauses.append(round((row.due_at - here_now()).total_seconds() / 60))
        here.at(max(row.due_at, here_now()) + timedelta(seconds=5))
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert (row.state, row.tries, row.why) == ("failed", 8, "http-503")


def here_now():
    from vaksam.base import clock

    return clock.now()


def test_what_is_refused_is_not_tried_again(here, karin, monkeypatch):
    fail_with(monkeypatch, Rejected("bad-number"))
    here.book(karin)
    here.send()
    here.send()
    assert ("confirmation", "failed", "bad-number") in rows()


def test_an_unexpected_error_is_logged_by_its_kind_only(here, planted, monkeypatch, caplog):
    fail_with(monkeypatch, ValueError(f"no such number {planted.phone}"))
    here.reach(here.karin, "sms", mobile=planted.phone)
    here.book(here.karin)
    here.send()
    assert "ValueError" in caplog.text
    assert ("confirmation", "queued", "ValueError") in rows()
