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
        expected = getattr(settings, "OIDC_ISSUER", "")
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


def _username(claims: Claims) -> str:
    """A name that is the same at every sign-in and says nothing about the person."""
    identity = f"{claims['iss']}\n{claims['sub']}".encode()
    return f"oidc-{hashlib.sha256(identity).hexdigest()[:24]}"
