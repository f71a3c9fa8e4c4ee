"""The words of a message and what goes with them."""

from django.conf import settings

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.core.letters import Letter, Part, letter
from vaksam.core.messages import Channel, Kind, Text, calendar, load, render
from vaksam.core.messages.calendar import Visit
from vaksam.messaging.facts import Recipient
from vaksam.messaging.senders import Attachment
from vaksam.messaging.subjects import Subject

IN_CALENDAR = frozenset({Kind.CONFIRMATION, Kind.MOVED, Kind.CHANGED, Kind.BACK})
OUT_OF_CALENDAR = frozenset({Kind.CANCELLED, Kind.CALLED_OFF, Kind.CALLED_OFF_BY_CHANGE})


def compose(
    kind: Kind, channel: Channel, who: Recipient, what: Subject
) -> tuple[str, Text, list[Attachment]]:
    """To whom, which words, with which files."""
    text = render(kind, channel, who.language, what.values)
    if channel is Channel.SMS:
        return who.contact.mobile, text, []
    if channel is Channel.EMAIL:
        return who.contact.email, text, _calendar(kind, who, what, text)
    pdf = letter(as_letter(text, who), fonts=settings.VAKSAM_FONTS)
    return "\n".join(who.address), text, [Attachment("letter.pdf", "application/pdf", pdf)]


def as_letter(text: Text, who: Recipient) -> Letter:
    """The words as a letter of the person's region, dated today."""
    return Letter(
        language=text.language, direction=text.direction, title=text.subject,
        date=clock.today().isoformat(), sender=sender(who.region_code), to=who.address,
        paragraphs=tuple(Part(heading=each.heading, text=each.text) for each in text.paragraphs),
    )  # fmt: skip


def sender(region_code: str) -> tuple[str, ...]:
    """Who writes."""
    area = areas.by_code().get(region_code)
    return (area.name if area else "Vaksam", settings.VAKSAM_TELEPHONE)


def _calendar(kind: Kind, who: Recipient, what: Subject, text: Text) -> list[Attachment]:
    if what.visit is None or kind not in IN_CALENDAR | OUT_OF_CALENDAR:
        return []
    over = kind in OUT_OF_CALENDAR
    content = calendar(_told(what.visit, who, text), now=clock.now(), cancelled=over)
    method = "CANCEL" if over else "REQUEST"
    return [Attachment("visit.ics", f"text/calendar; method={method}; charset=utf-8", content)]


def _told(visit: Visit, who: Recipient, text: Text) -> Visit:
    return Visit(
        uid=visit.uid, sequence=visit.sequence, starts_at=visit.starts_at, minutes=visit.minutes,
        place=visit.place, organizer=visit.organizer, attendee=who.contact.email,
        summary=load(text.language).words["visit"], description=text.body,
    )  # fmt: skip
