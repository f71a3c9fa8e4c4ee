"""Settings read from the environment; what cannot be read is said with the setting's name.

Raises ImproperlyConfigured, which the command turns into words.
"""

import os
import secrets

from django.core.exceptions import ImproperlyConfigured

from vaksam.base.postgres import home


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes"}


def words(name: str, default: str) -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


def whole_number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is to be a whole number, not {text!r}.") from None


def needed(name: str, why: str) -> str:
    if not (text := os.environ.get(name)):
        raise ImproperlyConfigured(f"{name} is needed {why}.")
    return text


def secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder."""
    if key := os.environ.get("VAKSAM_SECRET_KEY"):
        return key
    path = home(os.environ) / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()
