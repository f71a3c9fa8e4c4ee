"""Ways out of Vaksam: files, SMTP, an SMS provider over HTTP. Chosen by settings.

No sender logs or raises anything that holds an address, a number or a message's words.
"""

from django.conf import settings

from vaksam.core.messages import Channel
from vaksam.messaging.senders.files import FileSender
from vaksam.messaging.senders.kinds import Attachment, Rejected, Retry, Sender
from vaksam.messaging.senders.mail import MailSender
from vaksam.messaging.senders.sms import HttpSmsSender

__all__ = [
    "Attachment", "FileSender", "HttpSmsSender", "MailSender", "Rejected", "Retry", "Sender",
    "sender_for",
]  # fmt: skip


def sender_for(channel: Channel) -> Sender:
    """The sender of a channel: files, where nothing else is set. Letters are files to print.

    Raises ImproperlyConfigured.
    """
    if channel is Channel.SMS and settings.VAKSAM_SMS_URL:
        return HttpSmsSender()
    if channel is Channel.EMAIL and settings.VAKSAM_SMTP_HOST:
        return MailSender()
    return FileSender(channel)
