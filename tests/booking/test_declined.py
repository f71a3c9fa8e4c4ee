"""Whoever does not want the vaccine gets no time by letter and is not asked from the reserve."""

from tests.booking.conftest import PROGRAMME
from tests.booking.test_lists import prebook
from tests.booking.test_reserve import join, offer, states
from vaksam.booking import queries
from vaksam.booking.models import Appointment
from vaksam.records import actions as records


def decline(person: int, **about) -> None:
    records.decline(person=person, programme=PROGRAMME, by=None, **about)


def test_they_get_no_time_by_letter_and_it_is_said_why(here):
    decline(here.nils)
    decline(here.ake, quiet=False)  # this time only
    made = prebook(here)
    mine = Appointment.objects.filter(prebooking=made.prebooking).values_list("person", flat=True)
    assert set(mine) == {here.karin, here.ake, here.berit, here.elsa}
    assert (made.persons, made.left_out) == (4, {"declined": 1})
    assert queries.prebookings("24")[0].left_out == {"declined": 1}


def test_doses_left_go_to_the_next_on_the_list(here, at):
    at(13, 16)
    join(here, here.karin)
    join(here, here.nils)  # before her, by age
    decline(here.nils)
    left = offer(here)
    assert states(left) == {here.karin: ("asked", ""), here.nils: ("passed", "declined")}
