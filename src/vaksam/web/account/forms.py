"""The sign-in form, with its limit on guesses."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaksam.base import throttle


class SignInForm(AuthenticationForm):
    """Says the same whether the name exists or not; a few tries, then a pause."""

    error_messages = {
        "invalid_login": _("The user name or the password is wrong. Try again."),
        "inactive": _("The user name or the password is wrong. Try again."),
        "too_many": _("Too many tries. Wait 15 minutes, then try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"

    def clean(self) -> dict[str, Any]:
        username, address = self.cleaned_data.get("username"), self._address()
        if username and not throttle.take_try(username, address):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        if username and self.get_user():
            throttle.give_back(username, address)
        return cleaned

    def _address(self) -> str:
        """The visitor's address; the proxy's word for it counts when a proxy is configured."""
        assert self.request is not None, "the sign-in page gives its request"
        about = self.request.META
        if settings.SECURE_PROXY_SSL_HEADER and (told := about.get("HTTP_X_FORWARDED_FOR")):
            return str(told).rpartition(",")[2].strip()
        return str(about.get("REMOTE_ADDR", ""))
