"""E-mail over SMTP, by Django's own backend."""

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from vaksam.core.messages import Text
from vaksam.messaging.senders.kinds import Attachment, Rejected, Retry

TIMEOUT = 10  # seconds
WAYS = ("starttls", "tls", "none")


class MailSender:
    """SMTP with STARTTLS (`starttls`), TLS from the start (`tls`), or in the open (`none`)."""

    def __init__(self) -> None:
        if not settings.VAKSAM_MAIL_FROM:
            raise ImproperlyConfigured("VAKSAM_MAIL_FROM is needed where VAKSAM_SMTP_HOST is set.")
        if settings.VAKSAM_SMTP_TLS not in WAYS:
            raise ImproperlyConfigured(f"VAKSAM_SMTP_TLS is to be one of {', '.join(WAYS)}.")

    def send(self, to: str, text: Text, attachments: Sequence[Attachment], *, token: str) -> str:
        name = f"<{token}@{settings.VAKSAM_MAIL_FROM.rpartition('@')[2].rstrip('>')}>"
        mail = EmailMessage(
            text.subject, text.body, settings.VAKSAM_MAIL_FROM, [to],
            attachments=[(each.name, each.content, each.type) for each in attachments],
            headers={"Message-ID": name, "Content-Language": text.language,
                     "Auto-Submitted": "auto-generated"},
            connection=_connection(),
        )  # fmt: skip
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _answer(next(iter(error.recipients.values()))[0]) from None
        except smtplib.SMTPResponseException as error:
            raise _answer(error.smtp_code, recipient=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Retry(type(error).__name__) from None
        return name


def _answer(code: int, *, recipient: bool = True) -> Exception:
    """Only a recipient that is refused for good is nobody's to mend."""
    return Rejected(f"smtp-{code}") if recipient and code >= 500 else Retry(f"smtp-{code}")


def _connection() -> BaseEmailBackend:
    made: BaseEmailBackend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=settings.VAKSAM_SMTP_HOST, port=settings.VAKSAM_SMTP_PORT,
        username=settings.VAKSAM_SMTP_USER, password=settings.VAKSAM_SMTP_PASSWORD,
        use_tls=settings.VAKSAM_SMTP_TLS == "starttls", use_ssl=settings.VAKSAM_SMTP_TLS == "tls",
        timeout=TIMEOUT,
    )  # fmt: skip
    return made
