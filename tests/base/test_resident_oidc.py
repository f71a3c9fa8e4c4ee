"""Residents sign in through a real OpenID provider, which runs on this machine."""

import warnings
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from vaksam.areas import actions as areas
from vaksam.core.identity import read
from vaksam.people import actions as people

with warnings.catch_warnings(record=True):  # it uses what its own libraries have deprecated
    from oidc_provider_mock import User as Person
    from oidc_provider_mock import run_server_in_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
CLAIM = "https://id.oidc.se/claim/personalIdentityNumber"
KNOWN, UNKNOWN = "198112189876", "191212121212"  # made up, as everybody knows


@pytest.fixture
def provider(settings, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    residents = [Person(sub="known", claims={CLAIM: KNOWN}), Person(sub="other", claims={})]
    residents.append(Person(sub="unknown", claims={CLAIM: UNKNOWN}))
    with run_server_in_thread(user_claims=residents, require_nonce=True) as server:
        address = f"http://localhost:{server.server_port}"
        settings.OIDC_VERIFY_KID = False
        settings.VAKSAM_RESIDENT_OIDC = {
            "OIDC_RP_CLIENT_ID": "residents", "OIDC_RP_CLIENT_SECRET": "secret",
            "OIDC_RP_SIGN_ALGO": "RS256", "OIDC_RP_SCOPES": "openid", "OIDC_ISSUER": "",
            "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{address}/oauth2/authorize",
            "OIDC_OP_TOKEN_ENDPOINT": f"{address}/oauth2/token",
            "OIDC_OP_USER_ENDPOINT": f"{address}/userinfo",
            "OIDC_OP_JWKS_ENDPOINT": f"{address}/jwks", "OIDC_USE_PKCE": True,
            "NAME": "Testlegitimation", "CLAIM": CLAIM,
        }  # fmt: skip
        yield


def sign_in(client: Client, subject: str):
    start = client.get("/boka/ar/legitimation/")
    assert start.status_code == 302
    answer = requests.post(start.url, data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


@pytest.mark.usefixtures("provider")
def test_a_resident_is_signed_in_to_their_own_times(client: Client) -> None:
    areas.seed()
    number = read(KNOWN, on=date(2021, 4, 13))
    people.register_person(region_code="24", by=None, identities=[number], given_name="Sara")
    assert "Testlegitimation" in client.get("/boka/sv/kod/").content.decode()
    answer = sign_in(client, "known")
    assert answer.status_code == 302
    assert answer.url == "/boka/ar/mina/"
    assert "Sara" in client.get("/boka/ar/mina/").content.decode()


@pytest.mark.parametrize("subject", ["unknown", "other"])
@pytest.mark.usefixtures("provider")
def test_who_is_not_known_is_told_in_their_own_words(client: Client, subject: str) -> None:
    answer = sign_in(client, subject)
    assert answer.status_code == 422
    assert "اتصل بنا" in answer.content.decode()
    assert client.get("/boka/ar/mina/").status_code == 302


@pytest.mark.usefixtures("provider")
def test_a_state_that_nobody_began_signs_nobody_in(client: Client) -> None:
    assert client.get("/boka/legitimation/?state=x&code=y").status_code == 422


def test_without_a_provider_there_is_none(client: Client) -> None:
    assert client.get("/boka/sv/legitimation/").status_code == 404
    assert client.get("/boka/legitimation/").status_code == 404
