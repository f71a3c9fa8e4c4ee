"""A change of many times is told: once, in waves, in words of its own, and taken back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.messaging.conftest import MORNING, PRODUCT, PROGRAMME, SWEDEN, VISIT
from vaksam.booking import actions as booking
from vaksam.booking.actions.rebooking import Back, Rebook, rebook_many, undo_many
from vaksam.messaging import actions, queries
from vaksam.messaging.models import Message

NIGHT = datetime(2021, 4, 13, 22, 30, tzinfo=SWEDEN)


@pytest.fixture
def change(here: Any, settings: Any) -> Any:
    from vaksam.replanning.models import Change

    settings.VAKSAM_MESSAGES_PER_MINUTE = 10**9  # all are due at once, but where a test says so
    return Change.objects.create(
        region_code="24", programme_id=PROGRAMME, name="Ersboda stängt", why="Vattenläcka.",
        parts=[{"kind": "venue_closed", "venue": here.venue, "from": "2021-04-20",
                "to": "2021-04-20"}],
        state="applying", made_at=MORNING, began_at=MORNING,
    )  # fmt: skip


def later(here: Any, days: int) -> int:
    """A place some days after (or before) the visit."""
    from vaksam.booking.models import Session, Slot

    starts_at = VISIT + timedelta(days=days)
    about = {"venue_id": here.venue, "programme_id": PROGRAMME, "product_id": PRODUCT}
    session, _new = Session.objects.get_or_create(
        **about, starts_at=starts_at,
        defaults={"ends_at": starts_at + timedelta(hours=2), "made_at": MORNING},
    )  # fmt: skip
    return Slot.objects.get_or_create(
        **about, session=session, starts_at=starts_at, defaults={"planned": 6, "places": 6}
    )[0].pk


def apply(change: Any, *moves: tuple[int, int | None], action: str = "move", wrong: str = "closed",
          until: date | None = None) -> list[int | None]:  # fmt: skip
    """Move appointments, each to a slot or nowhere, as a batch of the change does."""
    from vaksam.booking.models import Appointment
    from vaksam.replanning.models import Move

    asked = [Rebook(pk, slot, "closed", until=until) for pk, slot in moves]
    done = rebook_many(moves=asked, change=change.pk, by=None)
    assert not any(each.left for each in done)
    for each, (pk, slot) in zip(done, moves, strict=True):
        person = Appointment.objects.get(pk=pk).person_id
        Move.objects.create(
            change=change, appointment_id=pk, person_id=person, party=pk, wrong=wrong,
            action=action if slot else "cancel", to_slot_id=slot, step="done", new_id=each.new,
        )  # fmt: skip
    return [each.new for each in done]


def undo(change: Any, old: int, new: int | None) -> None:
    from vaksam.replanning.models import Move

    (done,) = undo_many(pairs=[Back(old, new)], change=change.pk, by=None)
    assert not done.left
    Move.objects.filter(appointment=old).update(step="undone", back=done.new)


def booked(here: Any, person: int, **about: Any) -> int:
    """A time that was confirmed, and nothing else sent since."""
    pk = here.book(person, **about)
    here.send()
    return pk


def told(change: Any) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(change=change).order_by("pk")
    return list(rows.values_list("kind", "state", "why"))


def test_a_changed_time_is_told_with_why_and_the_old_reminder_is_dropped(here, karin, change):
    pk = booked(here, karin)
    apply(change, (pk, later(here, 3)))
    words = here.send()[-1]["body"]
    assert words.startswith("Mottagningen är stängd då. Din nya tid: fredag 23 april kl. 09.10")
    assert "/boka/sv/" in words
    assert told(change) == [("changed", "sent", "")]
    reminders = Message.objects.filter(kind="reminder").order_by("pk")
    assert [(row.state, row.why) for row in reminders] == [("dropped", "changed"), ("queued", "")]


def test_a_time_called_off_keeps_the_place_in_line(here, karin, change):
    pk = booked(here, karin)
    apply(change, (pk, None), wrong="no_doses")
    words = here.send()[-1]["body"]
    assert words.startswith("Leveransen räcker inte. Din tid tisdag 20 april kl. 09.10 är inställd")
    assert "plats i kön" in words
    assert Message.objects.get(kind="reminder").why == "changed"


def test_a_time_held_while_they_are_asked(here, change):
    here.reach(here.nils, "email", email="nils@example.se")
    pk = booked(here, here.nils)
    apply(change, (pk, later(here, 3)), action="ask", until=date(2021, 4, 16))
    mail = here.send()[-1]
    assert mail["subject"] == "Vi håller en ny tid åt dig"
    assert "fredag 16 april" in mail["body"] and "Comirnaty" in mail["body"]
    assert told(change) == [("asked", "sent", "")]
    assert Message.objects.filter(kind="reminder", state="queued").count() == 0


def test_who_has_said_yes_is_not_asked(here, karin, change):
    pk = booked(here, karin)
    here.at(NIGHT)
    (new,) = apply(change, (pk, later(here, 3)), action="ask", until=date(2021, 4, 16))
    here.deliver()
    booking.keep(appointments=[new], by=None)
    here.deliver()
    assert told(change) == [("asked", "dropped", "over")]


def test_it_is_told_in_the_language_of_the_person(here, change):
    here.reach(here.sara, "sms", mobile="0701740606")
    pk = booked(here, here.sara)
    apply(change, (pk, later(here, 3)))
    message = here.send()[-1]
    assert message["direction"] == "rtl" and "المركز مغلق" in message["body"]


def test_an_event_handled_twice_queues_once(here, karin, change):
    from vaksam.base.outbox import Event
    from vaksam.messaging.of_changes import rebooked

    pk = booked(here, karin)
    (new,) = apply(change, (pk, later(here, 3)))
    payload = {"appointments": [new], "person": karin, "change": change.pk, "wave": 0}
    event = Event(1, "booking.rebooked", f"person {karin}", payload, MORNING)
    rebooked(event)
    rebooked(event)
    here.send()
    rebooked(event)
    assert told(change) == [("changed", "sent", "")]


def test_two_times_of_one_person_are_one_message(here, karin, change):
    first = booked(here, karin)
    second = booking_of_second(here, karin)
    here.at(NIGHT)
    apply(change, (first, later(here, 1)))
    here.deliver()
    apply(change, (second, None))
    here.deliver()
    assert told(change) == [("changed", "queued", "")]
    here.at(NIGHT.replace(hour=9) + timedelta(days=1))
    words = here.send()[-1]["body"]
    assert "Inställd: 1 juni kl. 09.10." in words and "Din nya tid: 21 april kl. 09.10" in words


def booking_of_second(here: Any, person: int) -> int:
    """A time for the second dose six weeks later, written as it would stand."""
    from vaksam.booking.models import Appointment, Request, Slot

    slot = later(here, 42)
    request = Request.objects.create(token=PAIR, channel="web", made_at=MORNING)
    Slot.objects.filter(pk=slot).update(taken=1)
    return Appointment.objects.create(
        request=request, person_id=person, slot_id=slot, programme_id=PROGRAMME, dose=2,
    ).pk  # fmt: skip


PAIR = "0b0e3f5e-5c43-4a0f-a9fc-0d3f1e6f4f11"


def test_the_soonest_are_told_first_at_the_rate_of_the_senders(here, change, settings):
    settings.VAKSAM_MESSAGES_PER_MINUTE = 2
    for person, mobile in ((here.karin, "05"), (here.nils, "06"), (here.sara, "07")):
        here.reach(person, "sms", mobile=f"07017406{mobile}")
    late, week, soon = later(here, 40), later(here, 0), later(here, -6)
    there = [booked(here, person, slot=slot) for person, slot in
             ((here.karin, late), (here.nils, week), (here.sara, soon))]  # fmt: skip
    for pk in there:
        apply(change, (pk, later(here, 60)))
    here.deliver()
    rows = Message.objects.filter(change=change).order_by("person")
    assert [row.wave for row in rows] == [2, 2, 0]
    first, second, third = rows
    assert second.due_at - first.due_at == timedelta(seconds=30)
    assert third.due_at < second.due_at


def test_messages_wait_in_quiet_hours_unless_the_change_is_loud(here, karin, change):
    pk = booked(here, karin)
    here.reach(here.nils, "sms", mobile="0701740606")
    other = booked(here, here.nils)
    here.at(NIGHT)
    before = len(here.send())
    apply(change, (pk, later(here, 3)))
    assert len(here.send()) == before
    assert Message.objects.get(change=change).due_at == datetime(2021, 4, 14, 8, tzinfo=SWEDEN)
    change.loud = "Dosen får inte ges."
    change.save()
    apply(change, (other, later(here, 3)))
    assert len(here.send()) == before + 1
    assert sorted(told(change)) == [("changed", "queued", ""), ("changed", "sent", "")]


def test_what_was_told_is_taken_back(here, karin, change):
    pk = booked(here, karin)
    (new,) = apply(change, (pk, later(here, 3)))
    here.send()
    undo(change, pk, new)
    words = here.send()[-1]["body"]
    assert words.startswith("Din tid gäller igen: tisdag 20 april kl. 09.10")
    assert [row[:2] for row in told(change)] == [("changed", "sent"), ("back", "sent")]
    assert Message.objects.filter(kind="reminder", state="queued").count() == 1


def test_who_had_not_been_told_hears_nothing_when_it_is_taken_back(here, karin, change):
    pk = booked(here, karin)
    here.at(NIGHT)
    apply(change, (pk, None))
    here.deliver()
    undo(change, pk, None)
    here.deliver()
    assert told(change) == [("called_off_by_change", "dropped", "undone")]
    assert Message.objects.filter(kind="reminder", state="queued").count() == 1


def test_what_is_not_taken_back_is_told(here, karin, change):
    first, second = booked(here, karin), booking_of_second(here, karin)
    here.at(NIGHT)
    apply(change, (first, later(here, 1)))
    apply(change, (second, None))
    here.deliver()
    undo(change, second, None)
    here.at(NIGHT.replace(hour=9) + timedelta(days=1))
    words = here.send()[-1]["body"]
    assert "Din nya tid: onsdag 21 april kl. 09.10" in words and "juni" not in words
    assert told(change) == [("changed", "sent", "")]


def test_who_gave_the_new_time_up_before_they_were_told_hears_nothing(here, karin, change):
    pk = booked(here, karin)
    here.at(NIGHT)
    (new,) = apply(change, (pk, later(here, 3)))
    here.deliver()
    booking.cancel(appointments=[new], reason="time", channel="web", by=None)
    here.at(NIGHT.replace(hour=9) + timedelta(days=1))
    here.send()
    assert told(change) == [("changed", "dropped", "not-held")]


def test_who_was_called_off_and_booked_anew_before_they_were_told_hears_nothing(
    here, karin, change
):
    pk = booked(here, karin)
    here.at(NIGHT)
    apply(change, (pk, None))
    here.deliver()
    here.book(karin, slot=later(here, 5))
    here.at(NIGHT.replace(hour=9) + timedelta(days=1))
    here.send()
    assert told(change) == [("called_off_by_change", "dropped", "held-again")]


def test_who_is_reached_by_nothing_is_called_the_soonest_day_and_the_oldest_first(
    here, change, coordinator
):
    from vaksam.base.scope import scope_of
    from vaksam.people.models import Person

    Person.objects.update(street="", postcode="")  # no letter either
    pairs = [(booked(here, here.karin), later(here, 3)), (booked(here, here.nils), later(here, 3)),
             (booked(here, here.sara, slot=later(here, -3)), later(here, 3))]  # fmt: skip
    apply(change, *pairs)
    here.send()
    scope = scope_of(coordinator)
    found = queries.to_call(change.pk, scope=scope)
    assert [each.person for each in found] == [here.sara, here.karin, here.nils]
    assert {each.why for each in found} == {"no-contact"}
    assert found[0].name == "Sara Dal" and not found[0].waiting
    listed = actions.put_on_call_list(change=change.pk, by=coordinator)
    assert (listed.put, listed.left) == (3, ())
    assert all(each.waiting for each in queries.to_call(change.pk, scope=scope))
    assert actions.put_on_call_list(change=change.pk, by=coordinator).put == 0
    from vaksam.booking.models import Callback

    row = Callback.objects.get(person=here.sara)
    assert row.note == f"[{change.pk}] Ersboda stängt"
    booking.called(callback=row.pk, outcome="told", by=coordinator)
    assert [each.person for each in queries.to_call(change.pk, scope=scope)] == [
        here.karin, here.nils,
    ]  # fmt: skip
    assert queries.outcome(change.pk, scope=scope).called == 1


def test_the_list_tells_nothing_of_protected_persons_and_is_logged(here, change, coordinator):
    from vaksam.base.models import AccessEntry
    from vaksam.base.scope import scope_of
    from vaksam.people import actions as people

    people.protect(person=here.nils, protection="confidentiality_marking", by=None)
    pk = booked(here, here.nils)
    apply(change, (pk, None))
    here.send()
    (each,) = queries.to_call(change.pk, scope=scope_of(coordinator), path="/x/")
    assert (each.protected, each.name, each.telephone, each.born_on) == (
        True, f"#{here.nils}", "", None,
    )  # fmt: skip
    entry = AccessEntry.objects.filter(action="messaging.to_call").latest("pk")
    assert (entry.subject_id, entry.reason) == (str(change.pk), "hits=1")


def test_only_a_regions_own_may_look(here, change, user_with):
    from vaksam.base.roles import Role
    from vaksam.base.scope import scope_of
    from vaksam.core.errors import NotAllowed, NotFound

    other = scope_of(user_with(Role.REGION_COORDINATOR, "01"))
    analyst = scope_of(user_with(Role.REGION_ANALYST, "24"))
    for look in (queries.to_call, queries.outcome):
        with pytest.raises(NotFound):
            look(change.pk, scope=other)
    with pytest.raises(NotAllowed):
        queries.to_call(change.pk, scope=analyst)
    with pytest.raises(NotFound):
        queries.venue_letter(change.pk, here.venue, scope=other)


def test_what_became_of_a_change(here, karin, change, coordinator):
    """Karin is told after an hour and moves it herself; Nils by e-mail after three and cancels;
    Sara by nothing, and is called off.
    """
    from vaksam.base.scope import scope_of
    from vaksam.people.models import Person

    here.reach(here.nils, "email", email="nils@example.se")
    Person.objects.filter(pk=here.sara).update(street="", postcode="")
    one, two, three = (booked(here, each) for each in (karin, here.nils, here.sara))
    change.began_at = MORNING
    change.save()
    here.at(MORNING + timedelta(hours=1))
    (new,) = apply(change, (one, later(here, 3)))
    here.send()
    here.at(MORNING + timedelta(hours=3))
    (mail,) = apply(change, (two, later(here, -6)))
    apply(change, (three, None))
    here.send()
    here.book(karin, slot=later(here, 4), replaces=new)
    booking.cancel(appointments=[mail], reason="time", channel="web", by=None)
    found = queries.outcome(change.pk, scope=scope_of(coordinator))
    assert (found.persons, found.told, found.waiting) == (3, {"sms": 1, "email": 1}, 0)
    assert found.unreached == {"no-contact": 1}
    assert found.fates == {"moved": 1, "cancelled": 1, "in_line": 1}
    assert (found.accepted, found.moved_themselves, found.cancelled_themselves) == (0, 1, 1)
    assert found.median_hours == pytest.approx(2, abs=0.01)
    assert found.last_hours == pytest.approx(3, abs=0.01)
    # Nils' new time is the next day at 09.10, three hours after nine; Karin's a week away.
    assert found.least_notice == pytest.approx(21 * 60 + 10, abs=2)
    assert found.late == 0


def test_an_outcome_of_nothing(here, change, coordinator):
    from vaksam.base.scope import scope_of

    found = queries.outcome(change.pk, scope=scope_of(coordinator))
    assert (found.persons, found.last_hours, found.fates) == (0, None, {})


def test_a_letter_to_the_venue_has_figures_and_no_names(here, karin, change, coordinator):
    from vaksam.base.scope import scope_of
    from vaksam.replanning.queries import telling

    apply(change, (booked(here, karin), later(here, 3)))
    apply(change, (booked(here, here.nils), None))
    told = telling.at_venue(change.pk, here.venue)
    assert told.rows == (
        (date(2021, 4, 20), "Comirnaty", 2, 0), (date(2021, 4, 23), "Comirnaty", 0, 1),
    )  # fmt: skip
    assert (told.away, told.called_off, told.coming) == (2, 1, 1)
    pdf = queries.venue_letter(change.pk, here.venue, scope=scope_of(coordinator))
    assert pdf.startswith(b"%PDF") and len(pdf) > 5000
    assert telling.venues_of(change.pk) == [here.venue]


def test_the_public_page_is_told_while_it_lasts(here, change):
    proposal = queries.public_text(change.pk)
    assert set(proposal) == {"sv", "en", "ar", "so", "fi"}
    assert proposal["sv"].startswith("Stängt: Ersboda")
    assert "bokade tider ändras" not in proposal["sv"]  # too few to be told as a number
    assert queries.public_notices("24", "sv") == []
    change.texts = {"public": proposal}
    change.save()
    assert queries.public_notices("24", "sv") == [proposal["sv"]]
    assert queries.public_notices("01", "sv") == []
    assert proposal["en"] in Client().get("/boka/en/").content.decode()
    here.at(MORNING + timedelta(days=20))
    assert queries.public_notices("24", "sv") == []
    here.at(MORNING)
    change.state = "undone"
    change.save()
    assert queries.public_notices("24", "sv") == []
