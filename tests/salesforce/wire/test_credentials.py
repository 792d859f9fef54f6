"""What a connection holds, as it was typed."""

from __future__ import annotations

import pytest

from salesforce_daktela.errors import ConfigurationError
from tests.salesforce.examples import ORG, credentials


@pytest.mark.parametrize("typed", ["60.0", "60", "v60.0", "V60", " 60.0 "])
def test_all_spellings_of_a_version_are_equal(typed: str) -> None:
    """All spellings of a version are one."""
    assert credentials(version=typed).version == "60.0"


@pytest.mark.parametrize("typed", ["", "latest", "60.5", "49.0", "v", "6", "60.0.0", "٦٠"])
def test_an_invalid_version_is_refused(typed: str) -> None:
    """A version that is none, or too old for ordered Bulk results, is refused."""
    with pytest.raises(ConfigurationError, match=r"API Version: this is not an API version that can be used: write"):
        credentials(version=typed)


def test_the_address_becomes_the_api_host() -> None:
    """The address is the API's, whatever was typed."""
    assert credentials(instance_uri="acme.lightning.force.com/lightning").instance_uri == ORG


def test_copied_white_space_is_dropped_but_not_from_a_password() -> None:
    """Keys are pasted with blanks around them; a password may have them on purpose."""
    held = credentials(consumer_key=" k\n", security_token="\tt ", password=" p ")
    assert (held.consumer_key, held.security_token, held.password) == ("k", "t", " p ")


def test_empty_fields_are_missing_fields() -> None:
    """A form sends empty texts for what was left empty."""
    held = credentials(username="", password="", consumer_secret=" ")
    assert (held.username, held.password, held.consumer_secret) == (None, None, None)


def test_a_password_of_blanks_is_none() -> None:
    """Airflow cannot empty a stored one; blanks around others belong to them."""
    assert credentials(password=" ").password is None
    assert credentials(password=" a ").password == " a "


@pytest.mark.parametrize("verify", [False, ""])
def test_tls_checks_stay_on(verify: bool | str) -> None:
    """Switching TLS checks off is refused, and an empty path would do just that."""
    with pytest.raises(ConfigurationError, match="TLS checks cannot be switched off"):
        credentials(verify=verify)


def test_secrets_are_not_shown() -> None:
    """No representation shows a secret."""
    secrets = {name: f"s3cret-{name}" for name in ("password", "security_token", "consumer_secret", "private_key")}
    shown = repr(credentials(**secrets, consumer_key="s3cret-key", proxies={"https": "http://u:s3cret@proxy:3128"}))
    assert "s3cret" not in shown
