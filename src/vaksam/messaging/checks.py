"""Settings of messages that cannot work are said at the start, not at the first message."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from vaksam.core.messages import Channel
from vaksam.messaging.senders import sender_for


@register()
def senders(**about: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for channel in Channel:
        try:
            sender_for(channel)
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id=f"messaging.{channel}"))
    return found
