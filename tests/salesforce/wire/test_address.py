"""What people paste as their org's address."""

from __future__ import annotations

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.address import normalise_instance, parse_trusted_hosts

MY = "https://acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("typed", "api_url"),
    [
        (MY, MY),
        ("acme.my.salesforce.com", MY),
        ("  HTTPS://ACME.My.Salesforce.COM/  ", MY),
        ("acme.my.salesforce.com.", MY),
        ("https://acme.my.salesforce.com:443/one/one.app?x=1#/home", MY),
        ("https://acme.lightning.force.com/lightning/page/home", MY),
        ("https://acme.my.salesforce-setup.com/lightning/setup/Home", MY),
        ("acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.sandbox.lightning.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce-setup.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.cs12.my.salesforce.com", "https://acme--uat.cs12.my.salesforce.com"),
        ("acme-dev-ed.develop.my.salesforce.com", "https://acme-dev-ed.develop.my.salesforce.com"),
        ("acme-dev-ed.develop.lightning.force.com", "https://acme-dev-ed.develop.my.salesforce.com"),
        ("acme.trailblaze.my.salesforce.com", "https://acme.trailblaze.my.salesforce.com"),
        ("login.salesforce.com", "https://login.salesforce.com"),
        ("na123.salesforce.com", "https://na123.salesforce.com"),
    ],
)
def test_addresses_of_pages_lead_to_the_api_host(typed: str, api_url: str) -> None:
    """Whatever page of the org somebody was on, its address leads to the API's host."""
    assert normalise_instance(typed).api_url == api_url


@pytest.mark.parametrize(
    ("typed", "token_url", "audience", "own_host"),
    [
        (MY, MY, "login", True),
        ("acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com", "test", True),
        ("acme--uat.cs12.my.salesforce.com", "https://acme--uat.cs12.my.salesforce.com", "test", True),
        ("acme.scratch.my.salesforce.com", "https://acme.scratch.my.salesforce.com", "test", True),
        ("acme-dev-ed.develop.my.salesforce.com", "https://acme-dev-ed.develop.my.salesforce.com", "login", True),
        ("na123.salesforce.com", "https://login.salesforce.com", "login", False),
        ("cs91.salesforce.com", "https://test.salesforce.com", "test", False),
        ("usa77.salesforce.com", "https://login.salesforce.com", "login", False),
        ("login.salesforce.com", "https://login.salesforce.com", "login", False),
        ("test.salesforce.com", "https://test.salesforce.com", "test", False),
    ],
)
def test_the_org_or_the_shared_host_gives_tokens(typed: str, token_url: str, audience: str, own_host: bool) -> None:
    """Tokens come from the org itself, for old instanced names from the host that all orgs of the kind share."""
    found = normalise_instance(typed)
    assert found.token_url == token_url
    assert found.audience == f"https://{audience}.salesforce.com"
    assert found.own_host is own_host


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("", "no address"),
        ("   ", "no address"),
        ("http://acme.my.salesforce.com", "the address does not begin with https://"),
        ("http://localhost:8443", "the address does not begin with https://"),
        ("ftp://acme.my.salesforce.com", "the address does not begin with https://"),
        ("acme.my.salesforce.com:8443", "Salesforce does not answer on port 8443"),
        ("https://user@acme.my.salesforce.com", "this is no address"),
        ("https://evil.example\\@acme.my.salesforce.com", "this is no address"),
        ("acme .my.salesforce.com", "this is no address"),
        ("acme..my.salesforce.com", "this is no address"),
        ("https://[::1", "this is no address"),
        ("acme.my.salesforce.com:port", "this is no address"),
        ("ácme.my.salesforce.com", "this is no address"),
        ("www.salesforce.com", "www.salesforce.com is a web site, not an org's API host"),
        ("acme.vf.force.com", "acme.vf.force.com is a web site, not an org's API host"),
    ],
)
def test_other_addresses_are_refused_with_an_example(typed: str, what: str) -> None:
    """Anything else is refused with an example of what to write, before a credential leaves."""
    with pytest.raises(ConfigurationError) as refused:
        normalise_instance(typed)
    assert refused.value.what.startswith(what)
    assert refused.value.where == "Salesforce connection: Instance URL"
    assert refused.value.advice == "write your My Domain address, like https://acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("acme", "acme"),
        ("acme.my.salesforce.com.evil.example", "acme.my.salesforce.com.evil.example"),
        ("evilsalesforce.com", "evilsalesforce.com"),
        ("https://localhost:8443/services/data", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.1"),
        ("https://[::1]:8443", "::1"),
        ("https://[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("192.168.1.10:8443", "192.168.1.10"),
        ("169.254.169.254", "169.254.169.254"),
        ("https://[fd00::1]", "fd00::1"),
    ],
)
def test_other_hosts_get_no_credentials(typed: str, host: str) -> None:
    """Nothing goes there, be it far away or this very machine, until an operator has named it."""
    with pytest.raises(ConfigurationError) as refused:
        normalise_instance(typed)
    assert refused.value.what == f"{host} is not a Salesforce host, so no credential is sent there"
    assert "has to be named in [salesforce_daktela] trusted_hosts" in refused.value.advice
    with pytest.raises(ConfigurationError, match="is not a Salesforce host"):
        normalise_instance(typed, trusted=parse_trusted_hosts("localhost.example, 127.0.0.2, [::2]"))
    shown = f"[{host}]" if ":" in host else host
    assert normalise_instance(typed, trusted=parse_trusted_hosts(host)).api_url.startswith(f"https://{shown}")


def test_a_trusted_host_keeps_its_port() -> None:
    """It is the host that is named, on whatever port it answers; a token is asked of it as of an org of its own."""
    found = normalise_instance("https://Sandbox.Test:8443/lightning", trusted=parse_trusted_hosts("sandbox.test"))
    assert (found.api_url, found.token_url, found.own_host) == ("https://sandbox.test:8443",) * 2 + (True,)


def test_salesforces_own_rules_hold_whatever_is_named() -> None:
    """Naming a web site of Salesforce does not make it an API host, nor another port the right one."""
    trusted = parse_trusted_hosts("www.salesforce.com, acme.lightning.force.com, acme.my.salesforce.com")
    assert normalise_instance("acme.lightning.force.com", trusted=trusted).api_url == MY
    for typed in ("www.salesforce.com", "acme.my.salesforce.com:8443"):
        with pytest.raises(ConfigurationError):
            normalise_instance(typed, trusted=trusted)


def test_the_list_of_trusted_hosts() -> None:
    """Names with commas; blanks, letter case, brackets and a final dot do not matter."""
    assert parse_trusted_hosts("") == parse_trusted_hosts(" , ") == frozenset()
    assert parse_trusted_hosts(" LocalHost,sandbox.test., [::1] ,") == {"localhost", "sandbox.test", "::1"}


@pytest.mark.parametrize("name", ["https://localhost", "localhost:8443", "*.example", "a b", "sandbox.test/x", "höst"])
def test_invalid_host_names_are_refused(name: str) -> None:
    """A list that does not say what it seems to say would either trust nobody or the wrong one."""
    with pytest.raises(ConfigurationError) as refused:
        parse_trusted_hosts(f"localhost, {name}")
    assert str(refused.value).startswith(f"[salesforce_daktela] trusted_hosts: {name!a} is not the name of a host")
