"""Connections as people fill them in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
from salesforce_daktela.airflow.hooks.salesforce import DEFAULT_VERSION, SalesforceOrgHook
from salesforce_daktela.airflow.provider_info import get_provider_info
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.notices import NoticeKind
from sandbox.server import HOST_NAMES
from sandbox.testing import start_sandbox

pytestmark = pytest.mark.filterwarnings("ignore")

BAD = {"version": "x"}


def connect(monkeypatch: pytest.MonkeyPatch, name: str, **fields: Any) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "https://acme.my.salesforce.com/"},
        {"host": "acme.lightning.force.com/lightning/page/home"},
        {"extra": {"instance_url": "https://ACME.my.salesforce.com"}},
        {"extra": {"extra__salesforce__instance_url": "acme.my.salesforce.com"}},
        {"extra": {"domain": "acme.my"}},
        {"host": "acme.my.salesforce-setup.com"},
    ],
    ids=lambda fields: json.dumps(fields),
)
def test_any_spelling_of_the_org_is_understood(monkeypatch: pytest.MonkeyPatch, fields: Mapping[str, Any]) -> None:
    """Host, instance_url or domain, pasted from wherever."""
    connect(monkeypatch, "SF", conn_type="salesforce", **fields)
    assert SalesforceOrgHook("sf").credentials().instance_uri == "https://acme.my.salesforce.com"


@pytest.mark.parametrize("host", ["acme.daktela.com", "https://acme.daktela.com/", "https://acme.daktela.com/login"])
def test_a_port_of_its_own_is_never_lost(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Behind a path it would be part of the path, and the token would go to another port."""
    connect(monkeypatch, "DK", conn_type="daktela", host=host, port=8443, password="x" * 40)
    assert DaktelaHook("dk").settings.url == "https://acme.daktela.com:8443"


def test_an_environment_uri_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the page of connections shows it."""
    uri = (
        "salesforce://me%40acme.com:secret@acme.my.salesforce.com/"
        "?consumer_key=key&consumer_secret=hush&security_token=token"
    )
    monkeypatch.setenv("AIRFLOW_CONN_SF", uri)
    found = SalesforceOrgHook("sf").credentials()
    assert (found.username, found.password, found.security_token) == ("me@acme.com", "secret", "token")
    assert (found.consumer_key, found.consumer_secret) == ("key", "hush")


def test_proxies_may_be_text_or_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form hands over text."""
    for proxies in ('{"https": "http://proxy.example:3128"}', {"https": "http://proxy.example:3128"}):
        connect(monkeypatch, "SF", conn_type="salesforce", host="acme.my.salesforce.com", extra={"proxies": proxies})
        assert SalesforceOrgHook("sf").credentials().proxies == {"https": "http://proxy.example:3128"}


def test_proxies_that_are_no_json_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming connection and field."""
    connect(monkeypatch, "SF", conn_type="salesforce", host="acme.my.salesforce.com", extra={"proxies": "proxy:3128"})
    with pytest.raises(ConfigurationError, match="connection sf: Proxies: proxies are not a JSON object of addresses"):
        SalesforceOrgHook("sf").credentials()


def test_a_proxys_password_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the form, and wherever a log would repeat it, in both spellings."""
    from airflow.sdk._shared.secrets_masker import _secrets_masker

    connect(
        monkeypatch,
        "SF",
        conn_type="salesforce",
        host="acme.my.salesforce.com",
        extra={"proxies": '{"https": "http://anna:p%40sswordly@proxy.example:3128"}'},
    )
    SalesforceOrgHook("sf").credentials()
    for text in ("http://anna:p%40sswordly@proxy.example:3128", "said p%40sswordly", "said p@sswordly"):
        assert "sswordly" not in str(_secrets_masker().redact(text))
    (form,) = (found for found in get_provider_info()["connection-types"] if found["connection-type"] == "salesforce")
    assert form["conn-fields"]["proxies"]["schema"]["format"] == "password"


@pytest.mark.parametrize(
    ("extra", "field", "value"),
    [
        ({"version": 67.0}, "version", "67.0"),
        ({"version": 60}, "version", "60.0"),
        ({"security_token": 12345}, "security_token", "12345"),
        ({"consumer_key": 7, "consumer_secret": None}, "consumer_key", "7"),
        ({"extra__salesforce__version": 61}, "version", "61.0"),
    ],
)
def test_numbers_that_somebody_forgot_to_quote(
    monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any], field: str, value: str
) -> None:
    """They can only mean what was typed."""
    connect(monkeypatch, "SF", conn_type="salesforce", host="acme.my.salesforce.com", extra=extra)
    assert getattr(SalesforceOrgHook("sf").credentials(), field) == value


SALESFORCE_EXTRAS = {
    "security_token": "Security Token",
    "consumer_key": "Consumer Key",
    "consumer_secret": "Consumer Secret",
    "private_key": "Private Key",
    "private_key_file_path": "Private Key File Path",
    "version": "API Version",
    "proxies": "Proxies",
    "instance_url": "Instance URL (stock hook)",
    "domain": "Domain (stock hook)",
}
DAKTELA_EXTRAS = {"auth_header": "Auth Header", "database": "CRM Database", "timezone": "Server Time Zone"}


@pytest.mark.parametrize("value", [True, 1.25, 1e30, ["a-secret"], {"a-secret": 1}], ids=str)
@pytest.mark.parametrize("name", [*SALESFORCE_EXTRAS, *DAKTELA_EXTRAS])
def test_an_extra_that_is_no_text_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    """Behind the test button, too, and without repeating what was typed."""
    is_salesforce = name in SALESFORCE_EXTRAS
    fields = {} if name in ("instance_url", "domain") else {"host": "acme.my.salesforce.com"}
    if is_salesforce:
        connect(monkeypatch, "SF", conn_type="salesforce", **fields, extra={name: value})
        done, text = SalesforceOrgHook("sf").test_connection()
    else:
        connect(monkeypatch, "DK", conn_type="daktela", host="acme.daktela.com", password="t", extra={name: value})
        done, text = DaktelaHook("dk").test_connection()
    label = {**SALESFORCE_EXTRAS, **DAKTELA_EXTRAS}[name]
    assert not done
    assert text.startswith(f"connection {'sf' if is_salesforce else 'dk'}: {label}: ")
    assert "a-secret" not in text


def test_every_extra_of_the_forms_is_tried_above() -> None:
    """Their labels are those of the forms."""
    forms = {found["connection-type"]: found["conn-fields"] for found in get_provider_info()["connection-types"]}
    assert {name: found["label"] for name, found in forms["salesforce"].items()} == SALESFORCE_EXTRAS
    assert {name: found["label"] for name, found in forms["daktela"].items()} == DAKTELA_EXTRAS


@pytest.mark.parametrize("extra", ["[1]", "nonsense", "7"])
def test_extras_that_are_no_object_are_refused(monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    """Both hooks say so; what was typed may be a secret."""
    connect(monkeypatch, "SF", conn_type="salesforce", host="acme.my.salesforce.com", extra=extra)
    connect(monkeypatch, "DK", conn_type="daktela", host="acme.daktela.com", password="t", extra=extra)
    for hook in (SalesforceOrgHook("sf"), DaktelaHook("dk")):
        done, text = hook.test_connection()
        assert (done, "Extra: the extras are not a JSON object" in text) == (False, True)


def test_a_time_zone_that_is_none_is_told_with_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the first value that needs it."""
    fields = {"conn_type": "daktela", "host": "acme.daktela.com", "password": "t"}
    connect(monkeypatch, "DK", **fields, extra={"timezone": "Prague/Europe"})
    done, text = DaktelaHook("dk").test_connection()
    assert (done, "Server Time Zone: there is no such time zone: write an IANA name" in text) == (False, True)


@pytest.mark.parametrize(
    ("hook", "fields", "label"),
    [
        (DaktelaHook, {"conn_type": "daktela", "host": "https://acme.daktela.com"}, "Access Token"),
        (DaktelaHook, {"conn_type": "daktela", "host": "http://acme.daktela.com", "password": "t"}, "Instance URL"),
        (SalesforceOrgHook, {"conn_type": "salesforce", "host": "https://example.com"}, "Instance URL"),
        (SalesforceOrgHook, {"conn_type": "salesforce", "host": "a.my.salesforce.com", "extra": BAD}, "API Version"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_with_its_connection(
    monkeypatch: pytest.MonkeyPatch, hook: type[Any], fields: dict[str, Any], label: str
) -> None:
    """Of two syncs with connections of their own, the right one is mended."""
    monkeypatch.setenv("AIRFLOW_CONN_NORTH", json.dumps(fields))
    with pytest.raises(ConfigurationError) as told:
        _ = hook("north").client
    assert told.value.where == f"connection north: {label}"


def test_credentials_go_to_salesforce_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-alike host is refused before anything is sent."""
    connect(monkeypatch, "SF", conn_type="salesforce", host="acme.my.salesforce.com.evil.example")
    done, text = SalesforceOrgHook("sf").test_connection()
    assert not done
    assert "is not a Salesforce host, so no credential is sent there" in text


def test_an_operator_names_the_hosts_that_stand_in_for_salesforce(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is no exception; a list that cannot be read is told by the test button, too."""
    connect(monkeypatch, "SF", conn_type="salesforce", host="https://localhost:8443")
    with pytest.raises(ConfigurationError, match="localhost is not a Salesforce host"):
        SalesforceOrgHook("sf").credentials()
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", "sandbox.test, localhost")
    assert SalesforceOrgHook("sf").credentials().instance_uri == "https://localhost:8443"
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", "https://localhost:8443")
    done, text = SalesforceOrgHook("sf").test_connection()
    assert (done, text.startswith("[salesforce_daktela] trusted_hosts: ")) == (False, True)


def test_both_connections_can_be_tested(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The test button signs in as the pipeline will, and says how, or what to do."""
    with start_sandbox(tmp_path) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", ",".join(HOST_NAMES))
        described = sandbox.description()
        org, daktela = described["salesforce"], described["daktela"]
        extra = {name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")}
        fields = {"conn_type": "salesforce", "host": org["url"], "login": org["username"]}
        connect(monkeypatch, "SF", **fields, password=org["password"], extra=extra)
        flow = "username, password and security token"
        assert SalesforceOrgHook("sf").test_connection() == (True, f"signed in to {org['url']} by {flow}")
        connect(monkeypatch, "SF", **fields, password="wrong", extra=extra)
        done, text = SalesforceOrgHook("sf").test_connection()
        assert not done
        assert "check Username, Password and Security Token" in text
        connect(monkeypatch, "DK", conn_type="daktela", host=daktela["url"], password=daktela["token"])
        assert DaktelaHook("dk").test_connection()[0]
        connect(
            monkeypatch,
            "DK",
            conn_type="daktela",
            host=daktela["url"],
            password=daktela["token"],
            extra={"database": "nowhere"},
        )
        done, text = DaktelaHook("dk").test_connection()
        assert (done, "there is no CRM database nowhere: choose" in text) == (False, True)
        connect(monkeypatch, "DK", conn_type="daktela", host=daktela["url"], password="wrong")
        done, text = DaktelaHook("dk").test_connection()
        assert (done, "401" in text, "wrong" in text.split(":")[0]) == (False, True, False)


def test_a_daktela_connection_takes_its_fields_from_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host, token and the three extras."""
    extra = {"auth_header": "X-AUTH-TOKEN-OPENAPI", "database": "sales", "timezone": "Europe/Prague"}
    connect(monkeypatch, "DK", conn_type="daktela", host="acme.daktela.com", password="token", extra=extra)
    found = DaktelaHook("dk").settings
    assert (found.url, found.auth_header) == ("https://acme.daktela.com", "X-AUTH-TOKEN-OPENAPI")
    assert (found.database, found.timezone) == ("sales", "Europe/Prague")
    assert "token" not in repr(found).replace("auth_header", "")


def test_airflow_finds_both_connection_types() -> None:
    """Our hook answers for the type salesforce, too: its package sorts before the stock provider's."""
    info = get_provider_info()
    assert [found["connection-type"] for found in info["connection-types"]] == ["salesforce", "daktela"]
    assert info["package-name"] < "apache-airflow-providers-salesforce"


def test_the_texts_of_options_and_forms_name_all_that_the_code_takes() -> None:
    """Airflow shows them in its list of settings and beside the fields."""
    info = get_provider_info()
    options = {name: each["description"] for name, each in info["config"]["salesforce_daktela"]["options"].items()}
    assert "sqlite" in options["ledger_conn_id"]
    assert "folder" in options["staging_path"]
    assert all(kind in options["notify_on"] for kind in NoticeKind)
    fields = {name: each for form in info["connection-types"] for name, each in form["conn-fields"].items()}
    assert "sync.yaml" in fields["timezone"]["description"]
    assert DEFAULT_VERSION in fields["version"]["description"]
    assert all(each["description"] for each in fields.values())
    assert "dial lists" in info["description"]


def documented_examples() -> list[tuple[str, str]]:
    """Every connection that docs/connections.md sets by an environment variable."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "connections.md").read_text()
    return re.findall(r"^(AIRFLOW_CONN_\w+)='(.*)'$", text, re.MULTILINE)


@pytest.mark.parametrize(("name", "value"), documented_examples(), ids=lambda text: text[:40])
def test_the_documented_examples_work_as_they_stand(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """JSON and URI alike: copied, they give the connection that is described."""
    monkeypatch.setenv(name, value)
    if name.endswith("SALESFORCE_DEFAULT"):
        found = SalesforceOrgHook().credentials()
        assert found.instance_uri == "https://acme.my.salesforce.com"
        assert (found.username, found.password) == ("integration@acme.com", "secret")
        assert (found.security_token, found.consumer_key, found.consumer_secret) == ("token", "key", "hush")
    else:
        settings = DaktelaHook().settings
        assert (settings.url, settings.token) == ("https://acme.daktela.com", "token")
        assert (settings.database, settings.timezone) == ("sales", "Europe/Prague")


def test_the_page_shows_both_forms_of_both_connections() -> None:
    """Four examples."""
    assert len(documented_examples()) == 4


def test_airflow_shows_our_forms() -> None:
    """Both types are answered by our hooks, with their fields; the instance URL is not hidden as in the stock form."""
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()
    hooks = {name: manager.hooks[name] for name in ("salesforce", "daktela")}
    assert {name: hook.hook_class_name.rsplit(".", 1)[1] for name, hook in hooks.items() if hook is not None} == {
        "salesforce": "SalesforceOrgHook",
        "daktela": "DaktelaHook",
    }
    shown = manager.connection_form_widgets
    for name in ("consumer_key", "consumer_secret", "security_token", "private_key", "version", "proxies"):
        assert f"extra__salesforce__{name}" in shown
    for name in ("auth_header", "database", "timezone"):
        assert f"extra__daktela__{name}" in shown
    assert "host" not in manager.field_behaviours["salesforce"]["hidden_fields"]
    assert manager.field_behaviours["daktela"]["relabeling"] == {"host": "Instance URL", "password": "Access Token"}
