"""Who is told what, when, and once; and who is not told."""

from datetime import timedelta

import pytest

from tests.messaging.conftest import EVENING, VISIT, rows
from vaksam.booking import actions as booking
from vaksam.messaging.models import Message
from vaksam.people.models import Person


def test_a_booking_is_confirmed_and_reminded_of(here, karin):
    here.book(karin)
    (told,) = here.send()
    assert told["to"] == "0701740605" and told["channel"] == "sms"
    assert "tisdag 20 april kl. 09.10, Ersboda hälsocentral" in told["body"]
    assert "http://127.0.0.1:8000/boka/sv/" in told["body"]
    here.at(EVENING - timedelta(minutes=1))
    assert len(here.send()) == 1
    here.at(EVENING)
    assert here.send()[-1]["body"].startswith("Påminnelse: ")
    assert len(here.send()) == 2


def test_files_are_for_vaksam_only(here, karin, folder):
    here.book(karin)
    here.send()
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert paths and all(path.stat().st_mode & 0o777 == 0o600 for path in paths)


def test_a_row_holds_nothing_of_the_person(here, karin):
    here.book(karin)
    here.send()
    for row in Message.objects.values():
        assert not [w for w in ("Karin", "Berg", "0701740605", "Skogs", "Ersboda") if w in str(row)]


def test_an_event_that_is_handled_twice_tells_once(here, karin):
    from vaksam.base.models import OutboxEvent

    here.book(karin)
    here.deliver()
    OutboxEvent.objects.update(delivered_at=None, handled=[])
    here.deliver()
    assert [row[0] for row in rows()] == ["confirmation", "reminder"]


def test_at_night_it_waits_for_the_morning(here, karin):
    here.at(VISIT.replace(day=13, hour=22))
    here.book(karin)
    assert here.send() == []
    here.at(VISIT.replace(day=14, hour=8, minute=0))
    assert len(here.send()) == 1


def test_a_worker_that_was_away_until_night_waits_too(here, karin):
    here.book(karin)
    here.deliver()
    here.at(VISIT.replace(day=13, hour=23))
    assert here.send() == []
    assert Message.objects.get(kind="confirmation").due_at.hour == 6  # eight o'clock in Sweden


def test_a_moved_time_is_told_and_the_old_reminder_is_not(here, karin):
    old = here.book(karin)
    here.send()
    here.book(karin, here.slots[2], replaces=old)
    assert "flyttad till tisdag 20 april kl. 09.30" in here.send()[-1]["body"]
    here.at(EVENING)
    texts = [each["body"] for each in here.send()]
    assert [text for text in texts if text.startswith("Påminnelse")] == [texts[-1]]
    assert "09.30" in texts[-1]
    assert ("reminder", "dropped", "moved") in rows()


def test_who_cancels_gets_a_receipt_and_no_reminder(here, karin):
    pk = here.book(karin)
    here.send()
    booking.cancel(appointments=[pk], reason="time", channel="web", by=None)
    assert "avbokad" in here.send()[-1]["body"]
    here.at(EVENING)
    assert len(here.send()) == 2


def test_what_the_venue_calls_off_is_its_own_doing(here, karin):
    pk = here.book(karin)
    booking.cancel(appointments=[pk], reason="staff", channel="phone", by=None)
    (told,) = here.send()
    assert told["body"].startswith("Vi måste tyvärr ställa in din tid")
    assert ("confirmation", "dropped", "ended") in rows()


def test_who_has_got_the_dose_in_the_meantime_is_not_told_of_a_cancellation(here, karin):
    pk = here.book(karin)
    here.send()
    booking.cancel(appointments=[pk], reason="elsewhere", channel="system", by=None)
    assert len(here.send()) == 1


def test_what_was_not_kept_is_let_go_in_silence(here, karin):
    here.book(karin, reserved_until=VISIT.date().replace(day=14))
    assert here.send() == []
    here.at(VISIT.replace(day=15))
    assert booking.release_prebooked() == 1
    assert here.send() == [] and not Message.objects.exists()


def test_a_cancellation_between_queue_and_sending_stops_the_confirmation(here, karin):
    from vaksam.booking.models import Appointment

    pk = here.book(karin)
    here.deliver()
    Appointment.objects.filter(pk=pk).update(state="cancelled", ended_at=VISIT)
    assert here.send() == []
    assert ("confirmation", "dropped", "not-held") in rows()


@pytest.mark.parametrize("field", ["died_on", "moved_out_on"])
def test_nothing_goes_to_who_has_died_or_moved_away(here, karin, field):
    here.book(karin)
    here.deliver()
    Person.objects.filter(pk=karin).update(**{field: VISIT.date()})
    here.at(EVENING)
    assert here.send() == []
    assert {row[1:] for row in rows()} == {("dropped", "gone")}


def test_a_death_empties_the_queue(here, karin):
    from vaksam.people import actions as people

    here.book(karin)
    here.deliver()
    people.record_death(person=karin, died_on=VISIT.date().replace(day=12), by=None)
    here.deliver()
    assert {row[1:] for row in rows()} == {("dropped", "gone")}


def test_nothing_goes_to_who_wants_no_contact(here, karin):
    here.book(karin)
    here.deliver()
    here.reach(karin, "none")
    here.at(EVENING)
    assert here.send() == []
    assert {row[2] for row in rows()} == {"refused"}


def test_who_cannot_be_reached_is_counted(here):
    here.book(here.nils)
    assert here.send() == []
    assert ("confirmation", "dropped", "no-contact") in rows()


def test_a_language_that_is_read_from_the_right(here):
    here.reach(here.sara, "sms", mobile="0701740606")
    here.book(here.sara)
    (told,) = here.send()
    assert (told["language"], told["direction"]) == ("ar", "rtl") and "موعدك" in told["body"]


def test_an_email_brings_the_visit_to_the_calendar(here, folder):
    here.reach(here.karin, "email", email="karin@example.se")
    old = here.book(here.karin)
    here.send()
    new = here.book(here.karin, here.slots[1], replaces=old)
    here.send()
    booking.cancel(appointments=[new], reason="ill", channel="web", by=None)
    here.send()
    files = [path.read_text() for path in sorted(folder.rglob("*.ics"), key=_made)]
    assert len(files) == 3 and all(f"UID:appointment-{old}@127.0.0.1" in each for each in files)
    assert [f"SEQUENCE:{n}" in each for n, each in enumerate(files)] == [True, True, True]
    assert [("METHOD:CANCEL" in each) for each in files] == [False, False, True]


def test_who_wants_letters_gets_one_on_paper(here, folder):
    here.reach(here.karin, "letter")
    here.book(here.karin)
    (told,) = here.send()
    assert told["to"] == "Karin Berg\nSkogsvägen 1\n903 25 UMEÅ"
    (pdf,) = folder.rglob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert ("reminder", "dropped", "not-by-letter") in rows() or len(rows()) == 2


def test_a_protected_person_is_not_told_where(here, planted):
    from vaksam.people import actions as people

    people.protect(person=here.karin, protection="confidentiality_marking", by=None)
    here.reach(here.karin, "sms", mobile=planted.phone)
    here.book(here.karin)
    (told,) = here.send()
    assert "Ersboda" not in told["body"] and "09.10" in told["body"]


def _made(path):
    return path.stat().st_mtime_ns
