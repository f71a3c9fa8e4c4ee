"""Signing in through a real OpenID provider, which runs on this machine."""

import importlib
import warnings
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings as django_settings
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from django.urls import clear_url_caches, reverse

from vaksam.base.models import RoleAssignment, User
from vaksam.base.oidc import Backend
from vaksam.base.scope import scope_of

with warnings.catch_warnings(record=True):  # it uses what its own libraries have deprecated
    from oidc_provider_mock import User as Person
    from oidc_provider_mock import run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")


def reload_addresses() -> None:
    from vaksam.web import urls
    from vaksam.web.account import urls as account

    importlib.reload(account)
    importlib.reload(urls)
    clear_url_caches()


@pytest.fixture
def provider(planted, settings, monkeypatch) -> Iterator[str]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    about = {
        "email": planted.email,
        "given_name": planted.given_name,
        "family_name": planted.family_name,
    }
    people = [Person(sub="s-1", claims=about), Person(sub="s-2", claims=about)]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        address = f"http://localhost:{server.server_port}"
        settings.OIDC_ENABLED = True
        settings.OIDC_NAME = "Testlegitimation"
        settings.OIDC_RP_CLIENT_ID = "vaksam"
        settings.OIDC_RP_CLIENT_SECRET = "secret"
        settings.OIDC_RP_SIGN_ALGO = "RS256"
        settings.OIDC_RP_SCOPES = "openid email profile"
        settings.OIDC_USE_PKCE = True
        settings.OIDC_VERIFY_KID = False  # this provider has one key and names none
        settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{address}/oauth2/authorize"
        settings.OIDC_OP_TOKEN_ENDPOINT = f"{address}/oauth2/token"
        settings.OIDC_OP_USER_ENDPOINT = f"{address}/userinfo"
        settings.OIDC_OP_JWKS_ENDPOINT = f"{address}/jwks"
        settings.AUTHENTICATION_BACKENDS = [
            *django_settings.AUTHENTICATION_BACKENDS,
            "vaksam.base.oidc.Backend",
        ]
        reload_addresses()
        yield address
    settings.OIDC_ENABLED = False
    reload_addresses()


def go_to_provider(client: Client, next_url: str = "/coverage/") -> str:
    start = client.get(reverse("oidc_authentication_init"), {"next": next_url})
    return start.url


def consent(address: str, subject: str) -> str:
    """What a person does at the provider; the address that it sends the browser back to."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    return answer.headers["Location"]


def sign_in(client: Client, subject: str = "s-1"):
    back = urlsplit(consent(go_to_provider(client), subject))
    return client.get(f"{back.path}?{back.query}")


@pytest.mark.django_db
def test_makes_an_account_without_any_role(client, provider, planted):
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, "/coverage/")
    user = User.objects.get(pk=client.session["_auth_user_id"])
    assert (user.oidc_issuer, user.oidc_subject) == (provider, "s-1")
    assert user.get_full_name() == f"{planted.given_name} {planted.family_name}"
    assert not scope_of(user).roles
    assert not user.has_usable_password()
    assert not any(trace in user.username for trace in planted.traces())


@pytest.mark.django_db
def test_knows_people_by_issuer_and_subject_and_not_by_email(client, provider, planted):
    by_password = User.objects.create_user("anna", email=planted.email)
    sign_in(client, "s-1")
    sign_in(Client(), "s-1")
    sign_in(Client(), "s-2")
    subjects = User.objects.exclude(pk=by_password.pk).values_list("oidc_subject", flat=True)
    assert sorted(subjects) == ["s-1", "s-2"]
    assert not RoleAssignment.objects.exists()


@pytest.mark.django_db
def test_a_deactivated_account_stays_out(client, provider):
    sign_in(client)
    assert User.objects.update(is_active=False) == 1
    again = Client()
    assert sign_in(again).url == f"{reverse('sign-in')}?failed"
    assert "_auth_user_id" not in again.session


@pytest.mark.django_db
def test_the_page_offers_it_and_the_way_back_is_the_same_in_every_language(client, provider):
    page = client.get(f"/en{reverse('sign-in')}", {"next": "/en/coverage/?week=15"})
    assert "Testlegitimation" in page.content.decode()
    start = client.get(page.context["provider_url"])
    sent = parse_qs(urlsplit(start.url).query)
    assert sent["redirect_uri"] == ["http://testserver/oidc/callback/"]
    assert sent["code_challenge_method"] == ["S256"]
    assert client.session["oidc_login_next"] == "/en/coverage/?week=15"


@pytest.mark.django_db
def test_a_code_that_the_provider_does_not_know_signs_nobody_in(client, provider):
    state = parse_qs(urlsplit(go_to_provider(client)).query)["state"][0]
    answer = client.get(reverse("oidc_authentication_callback"), {"code": "x", "state": state})
    assert answer.url == f"{reverse('sign-in')}?failed"
    assert client.get(answer.url).context["failed"]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_answer_against_the_standard_signs_nobody_in(client, provider, settings):
    settings.OIDC_VERIFY_KID = True
    assert sign_in(client).url == f"{reverse('sign-in')}?failed"


@pytest.mark.django_db
def test_an_answer_about_somebody_else_signs_nobody_in(client, provider, monkeypatch):
    monkeypatch.setattr(Backend, "get_userinfo", lambda *_: {"sub": "s-2"})
    assert sign_in(client, "s-1").url == f"{reverse('sign-in')}?failed"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_another_issuer_is_refused(client, provider, settings):
    settings.OIDC_ISSUER = provider
    assert sign_in(client).url == "/coverage/"
    settings.OIDC_ISSUER = "https://other.example"
    assert sign_in(Client(), "s-2").url == f"{reverse('sign-in')}?failed"
    assert User.objects.count() == 1


class TestTokens:
    """What the library leaves unchecked in a token whose signature is right."""

    GOOD = {"iss": "https://id.example", "sub": "s-1", "aud": "vaksam", "nonce": "n"}

    @pytest.fixture
    def verify(self, provider, monkeypatch):
        def verify(claims):
            monkeypatch.setattr(Backend, "retrieve_matching_jwk", lambda self, token: None)
            monkeypatch.setattr(Backend, "get_payload_data", lambda self, token, key: claims)
            return Backend().verify_token("token", nonce="n")

        return verify

    def test_good(self, verify):
        assert verify(self.GOOD) == self.GOOD
        assert verify(self.GOOD | {"aud": ["vaksam", "other"]})

    @pytest.mark.parametrize(
        "wrong", [{"aud": "other"}, {"aud": ["vaks"]}, {"sub": ""}, {"iss": ""}, {"nonce": "m"}]
    )
    def test_wrong(self, verify, wrong):
        with pytest.raises(SuspiciousOperation):
            verify(self.GOOD | wrong)
