"""Sign-in through an OpenID provider (SITHS, Freja or the like).

A person is known by the provider's issuer and subject, never by e-mail, which can change hands.
Whoever signs in for the first time gets an account without any role.
"""

import hashlib
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from jwt import PyJWTError
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from requests import RequestException

from vaksam.base import audit
from vaksam.base.models import User

log = logging.getLogger(__name__)
Claims = dict[str, Any]


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Matches issuer and subject; a failed sign-in tells the log its kind and nothing else."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:
        try:
            user: User | None = super().authenticate(request, **kwargs)
        except (RequestException, PyJWTError, SuspiciousOperation, KeyError, ValueError) as error:
            # The last two: the provider's answer lacks what the standard demands. The error's own
            # text is not told, since it may quote the answer, and so the person.
            log.warning("sign-in through the provider failed: %s", type(error).__name__)
            return None
        return user

    def verify_token(self, token: str, **kwargs: Any) -> Claims:
        """The library checks signature, expiry and nonce; who it is from and for is left to us."""
        claims: Claims = super().verify_token(token, **kwargs)
        audience = claims.get("aud", [])
        if self.OIDC_RP_CLIENT_ID not in ([audience] if isinstance(audience, str) else audience):
            raise SuspiciousOperation("the token is for another client")
        if not claims.get("iss") or not claims.get("sub"):
            raise SuspiciousOperation("the token names no issuer or no subject")
        expected = self.get_settings("OIDC_ISSUER", "")
        if expected and claims["iss"] != expected:
            raise SuspiciousOperation("the token is from another issuer")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: Claims) -> User:
        about = self.get_userinfo(access_token, id_token, payload)
        if about.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the provider answered about somebody else")
        user, created = User.objects.get_or_create(
            oidc_issuer=payload["iss"],
            oidc_subject=payload["sub"],
            defaults={"username": _username(payload), "password": ""},
        )
        if created:
            user.set_unusable_password()
            audit.record(by=None, action="user added by provider", target=f"user:{user.pk}")
        user.first_name = str(about.get("given_name", ""))[:150]
        user.last_name = str(about.get("family_name", ""))[:150]
        user.save()
        return user


class Residents(Backend):
    """Tells the personal number of a resident who signed in; makes no account.

    Its settings are those of `VAKSAM_RESIDENT_OIDC`: another client, often another provider.
    """

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        return resident_setting(attr, *args)

    def number(self, *, code: str, nonce: str | None, verifier: str | None, back: str) -> str:
        """The number that the provider vouches for; empty where it does not.

        `back` is the address that the provider sent the browser to.
        """
        asked = {
            "client_id": self.OIDC_RP_CLIENT_ID, "client_secret": self.OIDC_RP_CLIENT_SECRET,
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": verifier,
        }  # fmt: skip
        try:
            token = self.get_token(asked)
            claims = self.verify_token(token["id_token"], nonce=nonce)
            about = claims
            if not self._claim(claims):
                about = self.get_userinfo(token["access_token"], token["id_token"], claims)
            if about.get("sub") != claims["sub"]:
                raise SuspiciousOperation("the provider answered about somebody else")
        except (RequestException, PyJWTError, SuspiciousOperation, KeyError, ValueError) as error:
            log.warning(
                "a resident's sign-in through the provider failed: %s", type(error).__name__
            )
            return ""
        return self._claim(about)

    def _claim(self, claims: Claims) -> str:
        return str(claims.get(resident_setting("CLAIM"), ""))


def resident_setting(attr: str, *args: Any) -> Any:
    """A setting of the residents' provider; the usual ones hold for the rest."""
    known = settings.VAKSAM_RESIDENT_OIDC
    return known[attr] if attr in known else import_from_settings(attr, *args)


def _username(claims: Claims) -> str:
    """A name that is the same at every sign-in and says nothing about the person."""
    identity = f"{claims['iss']}\n{claims['sub']}".encode()
    return f"oidc-{hashlib.sha256(identity).hexdigest()[:24]}"
