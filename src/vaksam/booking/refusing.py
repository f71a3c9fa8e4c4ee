"""Why a place is not for somebody, in words that say what to do instead."""

from vaksam.core.booking.facts import Refusal, Verdict, Why
from vaksam.core.errors import Refused

_SAID = {
    Why.PAST: Refused("past", "That time has passed. Choose a later one."),
    Why.NOT_RECOMMENDED: Refused(
        "not-recommended",
        "The vaccine is not recommended for this person, nor offered on request. See why above.",
    ),
    Why.NOT_OPENED: Refused(
        "not-opened", "Their turn has not come, and no day is known. Offer to call back."
    ),
    Why.TOO_EARLY: Refused(
        "too-early", "Too early: choose a time from {earliest_on} on.", earliest_on=""
    ),
    Why.COMPLETE: Refused("complete", "They have had every dose that is recommended."),
    Why.NEEDS_ASSESSMENT: Refused(
        "needs-assessment", "A physician must look at this first. Put them on the callback list."
    ),
    Why.NO_PRODUCT: Refused(
        "no-product", "No product may be given to them that day. Offer to call back."
    ),
    Why.OTHER_PRODUCT: Refused(
        "other-product", "This product is not for them. Choose a time with {products}.",
        product="", products="",
    ),
    Why.OTHER_DOSE: Refused(
        "other-dose", "That time is for dose {dose}; theirs is dose {next_dose}. Choose another.",
        dose="", next_dose="",
    ),
    Why.HOSPITAL_ONLY: Refused(
        "hospital-only",
        "They have had a severe allergic reaction and are vaccinated at a hospital. Choose one.",
    ),
    Why.BOOKED: Refused(
        "booked", "This dose is booked already: {on}, {place}. Move that time instead.",
        on="", place="", appointment="",
    ),
    Why.DOSE_AFTER: Refused(
        "dose-after",
        "The next dose, booked for {on}, would come too soon. Move it to {earliest_on} or later, "
        "or move both.",
        on="", earliest_on="", place="", appointment="",
    ),
    Why.NOT_TOGETHER: Refused(
        "not-together", "These vaccines may not be given on the same day. Choose another day."
    ),
}  # fmt: skip


def refused(verdict: Verdict, *, person: int) -> Refused:
    """The first thing that stands in the way; `refusals` in the values has them all."""
    first = verdict.refusals[0]
    return _refused(first, person)


def every(verdict: Verdict, *, person: int) -> list[Refused]:
    """All that stands in the way."""
    return [_refused(each, person) for each in verdict.refusals]


def _refused(refusal: Refusal, person: int) -> Refused:
    known = _SAID[refusal.why]
    values = {name: _plain(refusal.values.get(name)) for name in known.values}
    return Refused(known.code, known.message, **values, person=person)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else value
