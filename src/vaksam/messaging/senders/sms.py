"""Text messages through any provider that takes JSON over HTTPS."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vaksam.core.messages import Text, international
from vaksam.messaging.senders.kinds import Attachment, Rejected, Retry

TIMEOUT = 10  # seconds
LATER = (408, 425, 429)
LOCAL = ("localhost", "127.0.0.1", "::1")


class HttpSmsSender:
    """POST of `VAKSAM_SMS_BODY`, where {to}, {from}, {text} and {token} are filled in.

    The provider's id is what it answers as `id`, `message_id` or `messageId`.
    """

    def __init__(self) -> None:
        address = urlsplit(settings.VAKSAM_SMS_URL)
        if address.scheme != "https" and address.hostname not in LOCAL:
            raise ImproperlyConfigured("VAKSAM_SMS_URL is to begin with https://.")
        try:
            self.body = json.loads(settings.VAKSAM_SMS_BODY)
        except ValueError:
            raise ImproperlyConfigured("VAKSAM_SMS_BODY is to be JSON.") from None

    def send(self, to: str, text: Text, attachments: Sequence[Attachment], *, token: str) -> str:
        number = international(to)
        if not number:
            raise Rejected("bad-number")
        values = {"to": number, "from": settings.VAKSAM_SMS_FROM, "text": text.body,
                  "token": token}  # fmt: skip
        try:
            answer = requests.post(
                settings.VAKSAM_SMS_URL, json=_filled(self.body, values), headers=_headers(),
                timeout=TIMEOUT, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Retry(type(error).__name__) from None
        return _id(answer)


def _filled(body: Any, values: Mapping[str, str]) -> Any:
    """The template with its values: filled after it is read, so that no text can break out."""
    if isinstance(body, Mapping):
        return {key: _filled(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, values) for value in body]
    if not isinstance(body, str):
        return body
    for name, value in values.items():
        if body == f"{{{name}}}":
            return value
    return body


def _headers() -> dict[str, str]:
    token = settings.VAKSAM_SMS_TOKEN
    return {"Authorization": f"Bearer {token}"} if token else {}


def _id(answer: requests.Response) -> str:
    code = answer.status_code
    if code >= 500 or code in LATER or 300 <= code < 400:
        raise Retry(f"http-{code}")
    if code >= 400:
        # A wrong token or address is the provider's trouble with us, not with the number.
        raise (Retry if code in (401, 403, 404, 405) else Rejected)(f"http-{code}")
    try:
        told = answer.json()
    except ValueError:
        return ""
    if not isinstance(told, Mapping):
        return ""
    return str(next((told[key] for key in ("id", "message_id", "messageId") if key in told), ""))
