"""How a person wants to be reached. Appended; the newest choice counts."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.people.actions.holding import hold, target
from vaksam.people.models import Channel, ContactChoice


@transaction.atomic
def choose_contact(
    *, person: int, channel: str, by: User | None, mobile: str = "", email: str = ""
) -> int:
    """Append a choice; its id. Raises as `hold`, and Refused (`bad-channel`, `bad-mobile`, …)."""
    held = hold(person=person, by=by)
    mobile, email = re.sub(r"[\s-]", "", mobile), email.strip()
    _check(channel, mobile, email)
    choice = ContactChoice.objects.create(
        person=held, channel=channel, mobile=mobile, email=email, chosen_at=clock.now(), by=by
    )
    details = {"channel": channel}
    audit.record(by=by, action="people.choose_contact", target=target(person), details=details)
    return choice.pk


def _check(channel: str, mobile: str, email: str) -> None:
    if channel not in Channel.values:
        raise Refused("bad-channel", "That way of contact is not known: choose from the list.")
    if not re.fullmatch(r"(\+?[0-9]{6,15})?", mobile):
        raise Refused("bad-mobile", "A mobile number has only digits, and + before a country.")
    if channel in (Channel.SMS, Channel.PHONE) and not mobile:
        raise Refused("bad-mobile", "Give a number to send text messages to, or to call.")
    if channel == Channel.EMAIL and not email:
        raise Refused("bad-email", "Give an e-mail address.")
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise Refused("bad-email", "That is no e-mail address. Correct it.") from error
