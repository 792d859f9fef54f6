"""The client against the sandbox: retries, waits and errors."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import (
    DaktelaAccessError,
    DaktelaError,
    DaktelaThrottledError,
    DaktelaUnavailableError,
    ErrorKind,
)
from salesforce_daktela.daktela.wire.filters import Condition
from salesforce_daktela.errors import ConfigurationError
from sandbox.daktela.instance import Instance
from tests.daktela.on_sandbox.examples import NAME, Clock, MakeClient, contact


def everything_said(error: BaseException) -> str:
    """Return message, arguments and attributes of an error, and of all errors in its traceback."""
    shown: traceback.TracebackException | None = traceback.TracebackException.from_exception(error)
    said = [repr(error), repr(vars(error))]
    while shown is not None:
        said += shown.format_exception_only()
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return "".join(said)


def test_whoim_names_the_user(client: DaktelaClient) -> None:
    """The right test of a connection costs one call."""
    assert client.whoim().name == "integrace"
    assert client.calls == {"GET": 1}


def test_the_server_tells_its_zone(client: DaktelaClient) -> None:
    """Newer instances name it in each envelope."""
    client.whoim()
    assert client.server_timezone == "Europe/Prague"


def test_an_older_server_tells_no_zone(daktela: Instance, client: DaktelaClient) -> None:
    """Then it stays unknown; nothing is assumed."""
    daktela.switch(envelope_zone=False)
    client.whoim()
    assert client.server_timezone is None


@pytest.mark.parametrize("header", ["X-AUTH-TOKEN", "X-AUTH-TOKEN-OPENAPI", "Authorization"])
def test_the_token_goes_into_the_chosen_header(make_client: MakeClient, header: str) -> None:
    """The header is configurable; `Authorization` carries it as a bearer's."""
    assert make_client(auth_header=header).whoim().name == "integrace"


def test_the_token_is_never_in_an_address(daktela: Instance, client: DaktelaClient) -> None:
    """Front ends log addresses."""
    client.create("contacts", contact())
    list(client.list_rows("contacts", fields=("name",)))
    assert all(daktela.token not in f"{entry.path}?{entry.query}" for entry in daktela.journal.entries)
    assert all("accessToken" not in entry.query for entry in daktela.journal.entries)


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "without_result", "truncated"])
def test_a_read_is_repeated(daktela: Instance, client: DaktelaClient, clock: Clock, fault: str) -> None:
    """A read changes nothing, so it is retried after faults: almost at once, then with growing waits."""
    daktela.script.order(fault, method="GET", endpoint="users", times=3)
    assert list(client.list_rows("users", fields=("name",)))
    waits = [pause for pause in clock.slept if pause >= 1]
    assert len(waits) == 2
    assert waits[0] < waits[1]


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "without_result", "truncated"])
def test_a_read_that_never_succeeds_is_an_error(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """A listing that cannot be had is never an empty one."""
    daktela.script.order(fault, method="GET", endpoint="contacts", times=100)
    with pytest.raises(DaktelaUnavailableError):
        list(client.list_rows("contacts", fields=("name",)))
    assert daktela.journal.calls["GET contacts"] == 7


def test_a_client_of_little_patience_gives_up_before_a_pause_that_is_too_long(
    daktela: Instance, client: DaktelaClient, clock: Clock
) -> None:
    """A person waits for a page: the second try is made at once, the third would come after a second."""
    daktela.script.order("server_error", endpoint="whoim", times=100)
    client.patience = 1.0
    with pytest.raises(DaktelaUnavailableError):
        client.whoim()
    assert daktela.journal.calls["GET whoim"] == 2
    assert clock.seconds < 1


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "server_error", "without_result", "truncated"])
def test_a_create_is_sent_once(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """Whatever happens to a POST, the client itself does not repeat it."""
    daktela.script.order(fault, method="POST", endpoint="contacts", times=5)
    with pytest.raises(DaktelaUnavailableError) as caught:
        client.create("contacts", contact())
    assert caught.value.kind is ErrorKind.UNKNOWN_FATE
    assert daktela.journal.calls["POST contacts"] == 1


def test_a_refused_create_may_be_repeated_after_429(daktela: Instance, client: DaktelaClient) -> None:
    """A 429 says that nothing was done."""
    daktela.script.order("too_many", method="POST", endpoint="contacts", times=3)
    assert client.create("contacts", contact()).name == NAME
    assert daktela.journal.calls["POST contacts"] == 4


@pytest.mark.parametrize(
    ("spelling", "least", "most"), [("seconds", 7, 7.01), ("date", 5.5, 7.01), ("absent", 5, 5.01)]
)
def test_retry_after_is_obeyed(
    daktela: Instance, client: DaktelaClient, clock: Clock, spelling: str, least: float, most: float
) -> None:
    """As seconds, as a date, or five seconds where the server names none: the limiter rests for the rest of them."""
    daktela.switch(retry_after=spelling, retry_after_seconds=7)
    daktela.script.order("too_many", endpoint="whoim")
    client.whoim()
    assert least <= round(sum(clock.slept), 3) <= most


@pytest.mark.parametrize("ahead", [-86400, -3600, 3600, 86400])
def test_a_retry_after_date_is_compared_with_the_servers_clock(
    daktela: Instance, client: DaktelaClient, clock: Clock, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """A wrong clock must not make the load wait for hours, or not at all."""
    monkeypatch.setattr(daktela, "clock", lambda: datetime.now(UTC) + timedelta(seconds=ahead))
    daktela.switch(retry_after="date", retry_after_seconds=7)
    daktela.script.order("too_many", endpoint="whoim")
    client.whoim()
    assert 5.5 <= max(clock.slept) <= 7.01


def test_no_wait_is_longer_than_two_minutes(daktela: Instance, client: DaktelaClient, clock: Clock) -> None:
    """If the server asks for an hour, the client tries again earlier, so that the worker is not blocked."""
    daktela.switch(retry_after_seconds=3600)
    daktela.script.order("too_many", endpoint="whoim")
    client.whoim()
    assert max(clock.slept) <= 120


def test_endless_429_has_its_own_error(daktela: Instance, client: DaktelaClient) -> None:
    """The error carries what was asked, so that the task can wait longer than the client."""
    daktela.switch(retry_after_seconds=600)
    daktela.script.order("too_many", endpoint="whoim", times=100)
    with pytest.raises(DaktelaThrottledError) as caught:
        client.whoim()
    assert caught.value.retry_after == 600


def test_a_429_lowers_the_rate_of_all_threads(daktela: Instance, client: DaktelaClient) -> None:
    """The limiter is shared: one 429 lowers the rate of every thread."""
    daktela.script.order("too_many", endpoint="whoim")
    client.whoim()
    assert client.limiter.rate < client.limiter.most


@pytest.mark.parametrize("verb", ["POST", "PUT", "GET"])
def test_redirects_are_not_followed(daktela: Instance, client: DaktelaClient, verb: str) -> None:
    """A redirected POST would become a GET of a sign-in page and look like success."""
    daktela.script.order("redirect", endpoint="contacts", times=3)
    calls: dict[str, Any] = {
        "POST": lambda: client.create("contacts", contact()),
        "PUT": lambda: client.update("contacts", NAME, {"title": "x"}),
        "GET": lambda: client.get("contacts", NAME),
    }
    with pytest.raises(DaktelaAccessError) as caught:
        calls[verb]()
    assert caught.value.kind is ErrorKind.REDIRECT
    assert len(daktela.journal.entries) == 1


def test_a_bad_token_stops_at_once(daktela: Instance, make_client: MakeClient) -> None:
    """401 is not repeated, and says what to do."""
    with pytest.raises(ConfigurationError, match="paste a new one") as caught:
        make_client(token="wrong-token-000").whoim()
    assert isinstance(caught.value, DaktelaError)
    assert (caught.value.kind, caught.value.status) == (ErrorKind.UNAUTHORIZED, 401)
    assert len(daktela.journal.entries) == 1


def test_a_missing_right_stops_at_once(daktela: Instance, client: DaktelaClient) -> None:
    """403 would come for every record: the run stops instead of rejecting each of them."""
    daktela.switch(contacts_right="read")
    with pytest.raises(ConfigurationError, match="full rights"):
        client.create("contacts", contact())
    assert len(daktela.journal.entries) == 1


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "expired", "redirect", "too_many", "truncated"])
def test_no_error_shows_the_token(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """Neither in its message, nor in its attributes, nor in what it was raised from."""
    daktela.script.order(fault, endpoint="contacts", times=100)
    with pytest.raises(DaktelaError) as caught:
        client.create("contacts", contact())
    said = everything_said(caught.value)
    assert daktela.token not in said
    assert daktela.token not in repr(client.settings)


@pytest.mark.parametrize("shape", ["form", "text", "texts", "errors", "violations"])
def test_no_error_shows_a_customers_values(daktela: Instance, client: DaktelaClient, shape: str) -> None:
    """Field names may be shown, values not."""
    daktela.switch(error_shape=shape, error_echo=True)
    with pytest.raises(DaktelaError) as caught:
        client.create("contacts", contact(customFields={"email": ["jana@@example.com"]}))
    assert "jana@@" not in everything_said(caught.value)
    assert "Nováková" not in everything_said(caught.value)


def test_an_untrusted_certificate_is_a_configuration_error(make_client: MakeClient) -> None:
    """Waiting does not help, and nothing was sent."""
    with pytest.raises(ConfigurationError, match="certificate"):
        make_client(verify=True).whoim()


def test_the_environments_certificates_do_not_replace_the_connections(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CA file of the connection counts more than REQUESTS_CA_BUNDLE."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/ca.pem")
    assert make_client().whoim().name == "integrace"


def test_the_environments_certificates_are_used_without_those_of_the_connection(
    make_client: MakeClient, client: DaktelaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company with its own CA sets REQUESTS_CA_BUNDLE once for all programs."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(client.settings.verify))
    assert make_client(verify=True).whoim().name == "integrace"


def test_the_environments_proxy_is_used(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many networks have no other way out. Here nothing listens at the proxy's address."""
    _set_proxy(monkeypatch, besides="elsewhere.example")
    with pytest.raises(DaktelaUnavailableError, match="the proxy on the way to localhost"):
        make_client().whoim()


def test_no_proxy_is_respected(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY names hosts within the company."""
    _set_proxy(monkeypatch, besides="localhost,127.0.0.1")
    assert make_client().whoim().name == "integrace"


def test_a_netrc_file_does_not_replace_the_token(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The HTTP library would use the credentials in it."""
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    assert make_client(auth_header="Authorization").whoim().name == "integrace"


@pytest.mark.parametrize("shape", ["empty", "text", "texts", "refused"])
def test_a_missing_record_is_none(daktela: Instance, client: DaktelaClient, shape: str) -> None:
    """However Daktela words it."""
    daktela.switch(missing_object=shape)
    assert client.get("contacts", "sf_contact_missing") is None


def test_a_missing_endpoint_is_an_error(client: DaktelaClient) -> None:
    """A 404 of a listing is not an absence of records."""
    with pytest.raises(DaktelaError) as caught:
        list(client.list_rows("contactz"))
    assert caught.value.kind is not ErrorKind.MISSING


def test_deleting_twice_is_false_the_second_time(client: DaktelaClient) -> None:
    """A 204 has no body, and a second delete finds nothing."""
    client.create("contacts", contact())
    assert [client.delete("contacts", NAME), client.delete("contacts", NAME)] == [True, False]


@pytest.mark.parametrize("take", [1, 3, 1000])
@pytest.mark.parametrize("total", ["int", "string", "null", "absent"])
@pytest.mark.parametrize("shape", ["list", "map"])
def test_a_listing_is_complete(daktela: Instance, client: DaktelaClient, shape: str, total: str, take: int) -> None:
    """Whether rows come as list or map, whatever the total looks like, however small the pages."""
    daktela.switch(data_shape=shape, total=total)
    rows = list(client.list_rows("contacts", fields=("name",), take=take))
    assert sorted(row["name"] for row in rows) == sorted(record.name for record in daktela.records("contacts"))


def test_a_filter_narrows_a_listing(client: DaktelaClient) -> None:
    """One condition travels in the nested spelling."""
    rows = list(client.list_rows("contacts", fields=("name",), where=Condition("database", "eq", "support")))
    assert [row["name"] for row in rows] == ["contact_0000000000100"]


@pytest.mark.parametrize(
    "name", ["sf_contact/slash", "sf contact", "sf_čeština", "sf?x=1", "sf#x", "sf%2F"],
    ids=["slash", "blank", "Czech", "query", "fragment", "percent"],
)  # fmt: skip
def test_a_name_is_one_segment_of_the_address(client: DaktelaClient, name: str) -> None:
    """Names may have any characters; the client requests exactly that record."""
    client.create("contacts", contact(name=name))
    found = client.get("contacts", name, fields=("name",))
    assert found is not None
    assert found["name"] == name


def test_eight_threads_share_a_client(daktela: Instance, client: DaktelaClient) -> None:
    """Every record is written once and every reply reaches the thread that asked."""
    names = [f"sf_contact_{number:015d}AAA" for number in range(64)]
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda name: client.create("contacts", contact(name=name)), names))
    assert [reply.name for reply in replies] == names
    assert client.calls == {"POST": 64}
    assert {record.name for record in daktela.records("contacts")} >= set(names)


def test_eight_threads_survive_faults(daktela: Instance, client: DaktelaClient) -> None:
    """Updates by name succeed although one reply in five is lost, late or a 429."""
    names = [f"sf_contact_{number:015d}AAA" for number in range(24)]
    for name in names:
        client.create("contacts", contact(name=name))
    daktela.switch(reset_after=0.05, server_error=0.05, too_many=0.05, without_result=0.05)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: client.update("contacts", name, {"firstname": "Johana"}), names))
    stored = {record.name: record.values["firstname"] for record in daktela.records("contacts")}
    assert {stored[name] for name in names} == {"Johana"}


def test_a_refused_connection_is_an_outage(make_client: MakeClient) -> None:
    """A refused connection is an outage, also for a create: it was never sent."""
    client = make_client(url="https://127.0.0.1:9")
    with pytest.raises(DaktelaUnavailableError) as caught:
        client.create("contacts", contact())
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert "127.0.0.1:9 refuses the connection or cannot be reached" in str(caught.value)
    assert "check the address in the connection" in str(caught.value)
    assert client.calls["POST"] > 1


def test_a_host_that_does_not_exist_is_named(make_client: MakeClient) -> None:
    """The address of the connection is looked at first, then the name service."""
    with pytest.raises(DaktelaUnavailableError) as caught:
        make_client(url="https://acme.invalid").whoim()
    assert "there is no host acme.invalid" in str(caught.value)
    assert "check the address in the connection" in str(caught.value)


def test_a_date_in_the_past_asks_for_no_wait(daktela: Instance, client: DaktelaClient, clock: Clock) -> None:
    """Clocks differ: a past date means now."""
    daktela.switch(retry_after="date", retry_after_seconds=0)
    daktela.clock = lambda: datetime(2020, 1, 1, tzinfo=UTC)
    try:
        daktela.script.order("too_many", endpoint="whoim")
        client.whoim()
    finally:
        daktela.clock = lambda: datetime.now(UTC)
    assert clock.seconds < 2


def _set_proxy(monkeypatch: pytest.MonkeyPatch, *, besides: str) -> None:
    for name, value in (("https_proxy", "http://127.0.0.1:9"), ("no_proxy", besides)):
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.upper(), value)
