"""Signing in by password: the same answer to every wrong guess, and few of them."""

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from vaksam.base import throttle
from vaksam.base.models import AuditEntry, SignInAttempts
from vaksam.base.roles import Role

PASSWORD = "long enough for a test"


@pytest.fixture
def anna(user_with):
    user = user_with(Role.REGION_COORDINATOR, username="anna")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str, password: str, **more):
    return client.post(reverse("sign-in"), {"username": username, "password": password}, **more)


def told(response) -> str:
    """What the form says; the page itself is the web shell's."""
    assert response.status_code == 200
    return str(response.context["form"].non_field_errors())


def test_leads_on_to_where_one_was_going(client, anna):
    answer = client.post(
        f"{reverse('sign-in')}?next=/coverage/?week=15", {"username": "anna", "password": PASSWORD}
    )
    assert (answer.status_code, answer.url) == (302, "/coverage/?week=15")
    assert client.session["_auth_user_id"] == str(anna.pk)
    assert AuditEntry.objects.get().action == "signed in"


def test_leads_nowhere_else(client, anna):
    answer = client.post(
        f"{reverse('sign-in')}?next=https://elsewhere.example/",
        {"username": "anna", "password": PASSWORD},
    )
    assert answer.url == reverse("today")


def test_wrong_name_and_wrong_password_read_the_same(client, anna):
    unknown = told(sign_in(client, "nobody", PASSWORD))
    assert "wrong" in unknown or "fel" in unknown
    assert told(sign_in(client, "anna", "guess")) == unknown
    anna.is_active = False
    anna.save()
    assert told(sign_in(client, "anna", PASSWORD)) == unknown


@pytest.mark.parametrize("username", ["anna", "nobody"])
def test_after_five_wrong_guesses_even_the_right_one_waits(client, anna, username):
    first = told(sign_in(client, username, "guess"))
    for _ in range(throttle.TRIES - 1):
        assert told(sign_in(client, username.upper(), "guess")) == first
    assert told(sign_in(client, username, PASSWORD)) != first
    assert "_auth_user_id" not in client.session


def test_others_are_not_held_up(client, anna):
    for _ in range(throttle.TRIES):
        sign_in(client, "ANNA", "guess", REMOTE_ADDR="192.0.2.1")
    assert sign_in(client, "anna", PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_the_pause_ends(client, anna):
    for _ in range(throttle.TRIES):
        sign_in(client, "anna", "guess")
    SignInAttempts.objects.update(since=F("since") - throttle.WINDOW)
    assert sign_in(client, "anna", PASSWORD).status_code == 302
    assert not SignInAttempts.objects.exists(), "a success clears the count"


@pytest.mark.parametrize("trusted", [True, False])
def test_the_address_is_the_proxys_word_only_when_one_is_configured(
    client, anna, settings, trusted
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if trusted else None
    for n in range(throttle.TRIES):
        sign_in(client, "anna", "guess", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 192.0.2.{n}")
    assert SignInAttempts.objects.count() == (throttle.TRIES if trusted else 1)


def test_leaves_no_trace_of_who_tried(client, db, planted):
    sign_in(client, planted.personal_number, planted.phone)
    sign_in(client, planted.email, "guess")
    kept = str(list(SignInAttempts.objects.values_list()))
    assert not any(trace in kept for trace in planted.traces())


def test_signing_out_takes_a_post(client, anna):
    client.force_login(anna)
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_page_asks_for_a_token(anna):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, "anna", PASSWORD).status_code == 403


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("", "unknown", False),
    ],
)
def test_other_addresses_of_ones_own_network_give_no_more_guesses(db, first, second, same):
    while throttle.take_try("anna", first):
        pass
    assert throttle.take_try("anna", second) is not same
