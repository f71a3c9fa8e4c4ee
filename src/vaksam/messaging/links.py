"""Addresses in messages. Nothing in them lets anybody see or change a visit: the pages ask who
it is, by a code.
"""

from urllib.parse import urlsplit

from django.conf import settings


def booking(language: str) -> str:
    return f"{settings.VAKSAM_PUBLIC_URL}/boka/{language}/"


def offer(language: str) -> str:
    return f"{booking(language)}erbjudande/"


def host() -> str:
    return urlsplit(settings.VAKSAM_PUBLIC_URL).hostname or "localhost"
