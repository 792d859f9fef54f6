from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.wire.connection import DaktelaSettings, normalise_url
from salesforce_daktela.errors import ConfigurationError
from tests.daktela.examples import HOST, TOKEN


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        pytest.param("https://acme.daktela.com", "https://acme.daktela.com", id="plain"),
        pytest.param("acme.daktela.com", "https://acme.daktela.com", id="bare host"),
        pytest.param("  ACME.Daktela.com/ ", "https://acme.daktela.com", id="blanks, capitals, slash"),
        pytest.param("https://acme.daktela.com/api/v6/", "https://acme.daktela.com", id="API base"),
        pytest.param("https://acme.daktela.com/api/v6/contacts.json?a=b", "https://acme.daktela.com", id="an address"),
        pytest.param("https://acme.daktela.com/login#/crm", "https://acme.daktela.com", id="login page"),
        pytest.param("acme.daktela.com:8443/login", "https://acme.daktela.com:8443", id="port"),
        pytest.param("https://acme.daktela.com:443", "https://acme.daktela.com", id="usual port"),
        pytest.param("https://daktela.acme.internal", "https://daktela.acme.internal", id="own host"),
        pytest.param("https://localhost:9443", "https://localhost:9443", id="loopback"),
        pytest.param("https://[::1]:9443", "https://[::1]:9443", id="IPv6"),
    ],
)
def test_whatever_people_paste_of_their_instance_becomes_its_address(typed: str, url: str) -> None:
    """Paths, login pages, blanks and capitals do not matter; host and port do."""
    assert normalise_url(typed) == url


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("http://acme.daktela.com", id="plain HTTP"),
        pytest.param("ftp://acme.daktela.com", id="other scheme"),
        pytest.param("https:/acme.daktela.com", id="one slash"),
        pytest.param("https://", id="no host"),
        pytest.param("https://acme daktela", id="blank inside"),
        pytest.param("https://[::1", id="half an address"),
        pytest.param("https://acme.daktela.com:port", id="no port"),
        pytest.param("https://user:secret@acme.daktela.com", id="password inside"),
        pytest.param("https://www.daktela.com", id="company site"),
        pytest.param("customer.daktela.com/apihelp/v6", id="general help"),
    ],
)
def test_what_cannot_be_an_instance_is_refused_with_advice(typed: str) -> None:
    """The message names the field of the connection, gives an example, and does not repeat what was typed."""
    with pytest.raises(ConfigurationError) as caught:
        normalise_url(typed)
    assert caught.value.where == "Daktela connection: Instance URL"
    assert caught.value.advice
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param({"token": ""}, "Access Token", id="no token"),
        pytest.param({"token": " \n"}, "Access Token", id="blank token"),
        pytest.param({"token": "abc\n"}, "Access Token", id="token with a line break"),
        pytest.param({"token": "klíč"}, "Access Token", id="token with an accent"),
        pytest.param({"auth_header": "X AUTH"}, "auth_header", id="header with a blank"),
        pytest.param({"suffix": ".xml"}, "suffix", id="other suffix"),
        pytest.param({"verify": False}, "verify", id="certificates unchecked"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_the_first_request(settings: dict[str, Any], named: str) -> None:
    """Each refusal names the field of the connection that has to be mended."""
    with pytest.raises(ConfigurationError) as caught:
        DaktelaSettings(**{"url": HOST, "token": TOKEN, **settings})
    assert caught.value.where == f"Daktela connection: {named}"


def test_settings_do_not_show_the_token() -> None:
    """The token is absent from the settings' representation."""
    assert TOKEN not in repr(DaktelaSettings(url=HOST, token=TOKEN))
