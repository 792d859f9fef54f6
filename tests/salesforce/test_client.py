"""Requests to an org: sessions, repeats, limits, clocks."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
import urllib3

from salesforce_daktela.errors import ConfigurationError, QuotaError, TransportError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError, SalesforceUnavailableError, SignInError
from salesforce_daktela.salesforce.wire.usage import Limit, Usage
from salesforce_daktela.sync.traffic import Sent
from tests.salesforce.examples import DATA, HTML, ORG, TOKEN, calls, credentials, grant, make_client, pauses, refusal

PATH = "/services/data/v60.0/x"
URL = f"{DATA}/x"
DEAD = refusal("INVALID_SESSION_ID", "Session expired or invalid")
DOWN = requests.exceptions.ConnectionError("reset")
UNREACHED = requests.exceptions.ConnectionError(
    urllib3.exceptions.MaxRetryError(
        urllib3.PoolManager().connection_from_url(ORG),
        PATH,
        urllib3.exceptions.NewConnectionError(urllib3.connection.HTTPConnection("acme"), "refused"),
    )
)


def bearer(number: int) -> str:
    """The token a request carried; requests count from 0, a negative number from the end."""
    return str(responses.calls[number].request.headers["Authorization"])


def test_a_new_client_sends_nothing(client: SalesforceClient) -> None:
    """Building a client touches no network."""
    assert client.calls == 0
    assert calls() == []


def test_one_sign_in_serves_all_requests(client: SalesforceClient) -> None:
    """One sign-in serves all requests, and its flow and host can be asked for."""
    responses.get(URL, json={"a": 1})
    assert client.get_json(PATH) == {"a": 1}
    assert client.get_json(PATH, {"q": "a b"}) == {"a": 1}
    assert (client.flow, client.instance_url, client.calls) == ("client credentials", ORG, 3)
    assert calls() == ["POST /services/oauth2/token", f"GET {PATH}", f"GET {PATH}"]
    assert bearer(-1) == "Bearer 00Dxx!first"


@pytest.mark.usefixtures("org")
def test_every_token_is_reported_for_masking() -> None:
    """Whoever keeps logs is given every token."""
    told: list[str] = []
    grant("00Dxx!first")
    grant("00Dxx!second")
    responses.get(URL, status=401, json=DEAD)
    responses.get(URL, json={})
    SalesforceClient(credentials(), on_token=told.append).get_json(PATH)
    assert told == ["00Dxx!first", "00Dxx!second"]


def test_an_expired_session_is_renewed_once(client: SalesforceClient) -> None:
    """A request that meets a dead session is sent again with a new token, to wherever the org is now."""
    grant("00Dxx!second", instance_url="https://moved.my.salesforce.com")
    responses.get(URL, status=401, json=DEAD)
    responses.get(URL.replace("acme", "moved"), json={"here": True})
    assert client.get_json(PATH) == {"here": True}
    assert bearer(-1) == "Bearer 00Dxx!second"
    assert client.instance_url == "https://moved.my.salesforce.com"


@pytest.mark.parametrize("body", [DEAD, DEAD[0], HTML, ""], ids=["list", "object", "html", "empty"])
def test_a_second_401_is_an_error(client: SalesforceClient, body: Any) -> None:
    """A fresh session that is refused too is a matter of rights: two sign-ins, two requests, an explanation."""
    responses.get(URL, status=401, **({"body": body} if isinstance(body, str) else {"json": body}))
    with pytest.raises(SalesforceRefusedError, match="refused even when fresh: give the user and the app the right"):
        client.get_json(PATH)
    assert client.calls == 4


def test_faults_do_not_allow_a_second_renewal(client: SalesforceClient) -> None:
    """Faults between two refusals do not start the count of sign-ins anew."""
    for status in (503, 401, 503, 401):
        responses.get(URL, status=status)
    with pytest.raises(SalesforceRefusedError):
        client.get_json(PATH)
    assert calls().count("POST /services/oauth2/token") == 2


def test_a_post_is_sent_again_after_a_renewal(client: SalesforceClient) -> None:
    """A refused session accepted nothing, so a POST is sent again too."""
    responses.post(URL, status=401, json=DEAD)
    responses.post(URL, json={"id": "750"})
    assert client.request("POST", PATH, json={}).json() == {"id": "750"}


@pytest.mark.parametrize("fault", [406, 408, 420, 429, 500, 502, 503, 504, DOWN, UNREACHED])
def test_reads_are_retried(client: SalesforceClient, fault: int | Exception) -> None:
    """A read that meets trouble on the way is repeated after growing pauses."""
    for _ in range(3):
        responses.get(URL, **({"status": fault, "body": HTML} if isinstance(fault, int) else {"body": fault}))
    responses.get(URL, json=[1])
    assert client.get_json(PATH) == [1]
    first, second, third = pauses(client)
    assert 1 <= first <= 2 <= second <= 3 < third <= 5


def test_requests_refusals_and_repetitions_are_counted(client: SalesforceClient) -> None:
    """The sign-in counts; only 429 is a refusal for their rate."""
    for status in (429, 503):
        responses.get(URL, status=status)
    responses.get(URL, json=[1])
    client.get_json(PATH)
    assert client.sent == Sent(calls=4, throttled=1, retries=2)


def test_retries_end_after_five_tries(client: SalesforceClient) -> None:
    """Trouble that stays is given to the scheduler after five tries."""
    responses.get(URL, status=503, body=HTML)
    with pytest.raises(TransportError, match=f"Salesforce GET {PATH}: answered 503 without saying why"):
        client.get_json(PATH)
    assert calls().count(f"GET {PATH}") == 5


@pytest.mark.parametrize(("fault", "tries"), [(503, 2), (429, 2), (UNREACHED, 2), (500, 1), (504, 1), (DOWN, 1)])
def test_a_post_is_retried_only_if_not_accepted(client: SalesforceClient, fault: int | Exception, tries: int) -> None:
    """A POST whose fate is unknown is not repeated: a second job would run."""
    responses.post(URL, **({"status": fault} if isinstance(fault, int) else {"body": fault}))
    responses.post(URL, json={})
    if tries == 1:
        with pytest.raises(SalesforceUnavailableError):
            client.request("POST", PATH, json={})
    else:
        client.request("POST", PATH, json={})
    assert calls().count(f"POST {PATH}") == tries


@pytest.mark.parametrize("asked", ["7", "Thu, 01 Jan 2099 00:00:00 GMT"], ids=["seconds", "date"])
def test_retry_after_is_obeyed_up_to_a_minute(client: SalesforceClient, asked: str) -> None:
    """A pause that Salesforce asks for is kept; one too long for a task is left to the scheduler."""
    responses.get(URL, status=429, headers={"Retry-After": asked})
    responses.get(URL, json={})
    if asked == "7":
        client.get_json(PATH)
        assert pauses(client) == [7.0]
    else:
        with pytest.raises(SalesforceUnavailableError) as refused:
            client.get_json(PATH)
        assert refused.value.retry_after is not None
        assert refused.value.retry_after > 1_000_000


@pytest.mark.parametrize("asked", ["0", "Sat, 01 Jan 2000 00:00:00 GMT"], ids=["seconds", "date"])
def test_a_pause_that_is_over_is_none_to_keep(client: SalesforceClient, asked: str) -> None:
    """A maintenance page may carry one from long ago: five tries in one moment would meet nothing but the page."""
    for _ in range(2):
        responses.get(URL, status=503, headers={"Retry-After": asked}, body=HTML)
    responses.get(URL, json={})
    client.get_json(PATH)
    first, second = pauses(client)
    assert 1 <= first < second


def test_a_date_to_wait_for_is_by_the_servers_clock(client: SalesforceClient) -> None:
    """A clock that is a day wrong, this machine's or Salesforce's, changes nothing of the pause."""
    dates = {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "Retry-After": "Thu, 01 Jan 2099 00:00:07 GMT"}
    responses.get(URL, status=429, headers=dates)
    responses.get(URL, json={})
    client.get_json(PATH)
    assert pauses(client) == [7.0]


@pytest.mark.usefixtures("org")
def test_sign_in_is_retried_after_faults_but_not_after_refusals() -> None:
    """A token host that is down is asked again; a wrong password is not tried twice."""
    client = make_client()
    responses.post(TOKEN, status=503, body=HTML)
    grant()
    assert client.instance_url == ORG
    other = make_client(username="u", password="p")
    responses.reset()
    responses.post(TOKEN, status=400, json={"error": "invalid_grant", "error_description": "authentication failure"})
    with pytest.raises(SignInError):
        other.get_json(PATH)
    assert other.calls == 1


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_refusals_are_not_retried(client: SalesforceClient, status: int) -> None:
    """What has to be mended by somebody is asked once."""
    responses.get(URL, status=status, json=refusal("SOMETHING"))
    with pytest.raises(SalesforceRefusedError, match=f"{status} SOMETHING: why"):
        client.get_json(PATH)
    assert calls().count(f"GET {PATH}") == 1


def test_an_exhausted_quota_is_not_retried(client: SalesforceClient) -> None:
    """An exhausted allowance is not hammered."""
    responses.get(URL, status=403, json=refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    with pytest.raises(QuotaError) as refused:
        client.get_json(PATH)
    assert refused.value.limit == "DailyApiRequests"
    assert client.calls == 2


def test_redirects_are_not_followed(client: SalesforceClient) -> None:
    """A token does not follow a redirect: only a new sign-in may name another host, and it named the same one."""
    responses.get(URL, status=301, headers={"Location": "https://evil.example/"})
    with pytest.raises(SalesforceRefusedError, match="the API does not redirect"):
        client.get_json(PATH)
    assert [call.request.url for call in responses.calls] == [TOKEN, URL, TOKEN]


def test_a_path_cannot_change_the_host(client: SalesforceClient) -> None:
    """A path that would become another host is refused before the token leaves."""
    with pytest.raises(ValueError, match="must not change the host"):
        client.get_json("@evil.example/")
    assert client.calls == 0


@pytest.mark.parametrize("body", [HTML, "", '{"cut": '], ids=["html", "empty", "cut"])
def test_a_reply_without_json_may_pass(client: SalesforceClient, body: str) -> None:
    """A success that is not JSON is trouble on the way."""
    responses.get(URL, body=body)
    with pytest.raises(TransportError, match="the reply is not JSON"):
        client.get_json(PATH)


def test_an_untrusted_certificate_is_not_retried(client: SalesforceClient) -> None:
    """A certificate that is not trusted ends at once; a broken handshake is repeated."""
    responses.get(URL, body=requests.exceptions.SSLError("EOF occurred in violation of protocol"))
    responses.get(URL, body=requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    with pytest.raises(ConfigurationError, match="set REQUESTS_CA_BUNDLE"):
        client.get_json(PATH)
    assert calls().count(f"GET {PATH}") == 2


def test_an_invalid_proxy_is_a_configuration_error(client: SalesforceClient) -> None:
    """A proxy that is no address has to be mended."""
    responses.get(URL, body=requests.exceptions.InvalidProxyURL("http://u:p@"))
    with pytest.raises(ConfigurationError, match=r"no request can be sent \(InvalidProxyURL\): check the instance URL"):
        client.get_json(PATH)


@pytest.mark.usefixtures("org")
def test_every_request_carries_time_limits_trust_and_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in and data calls have time limits, and the connection's trust and proxies win over the environment's."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Path(__file__)))
    monkeypatch.setenv("HTTPS_PROXY", "http://environment:1")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    grant()
    responses.get(URL, json={})
    make_client(verify=__file__, proxies={"https": "http://proxy:3128"}).get_json(PATH)
    for call in responses.calls:
        used = call.request.req_kwargs  # type: ignore[attr-defined]  # responses adds it
        assert used["timeout"] == (10.0, 130.0)
        assert used["verify"] == __file__
        assert used["proxies"]["https"] == "http://proxy:3128"


def test_usage_is_read_from_every_reply(client: SalesforceClient) -> None:
    """The daily calls are known from every reply that tells them, refusals included."""
    responses.get(URL, json={}, headers={"Sforce-Limit-Info": "api-usage=18/5000"})
    responses.get(URL, json={})
    responses.get(
        URL, status=400, json=refusal("X"),
        headers={"Sforce-Limit-Info": "api-usage=20/5000; per-app-api-usage=1/2(appName=a)"},
    )  # fmt: skip
    assert client.usage is None
    client.get_json(PATH)
    client.get_json(PATH)
    assert client.usage == Usage(used=18, max=5000)
    with pytest.raises(SalesforceRefusedError):
        client.get_json(PATH)
    assert client.usage == Usage(used=20, max=5000)


def test_limits_are_returned_by_name(client: SalesforceClient) -> None:
    """Allowances come by name."""
    responses.get(f"{DATA}/limits", json={"DailyApiRequests": {"Max": 5000, "Remaining": 4982}})
    assert client.limits() == {"DailyApiRequests": Limit(max=5000, remaining=4982)}


@pytest.mark.parametrize("told", ["by-the-refusal", "by-another-reply"])
def test_without_the_right_the_daily_calls_are_returned(
    client: SalesforceClient, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Who may not see limits gets the daily calls from headers, and the log says why."""
    header = {"Sforce-Limit-Info": "api-usage=18/5000"}
    refused = refusal("INSUFFICIENT_ACCESS", "no right")
    responses.get(f"{DATA}/limits", status=403, json=refused, headers=header if told == "by-the-refusal" else {})
    responses.get(DATA, json={}, headers=header)
    assert client.limits() == {"DailyApiRequests": Limit(max=5000, remaining=4982)}
    assert "limits are not shown to this user, only daily calls are known" in caplog.text


def test_without_any_source_no_limits_are_returned(client: SalesforceClient) -> None:
    """Where nothing tells the allowance, none is invented."""
    responses.get(f"{DATA}/limits", status=403, json=refusal("INSUFFICIENT_ACCESS"))
    responses.get(DATA, json={})
    assert client.limits() == {}


def test_an_org_without_api_is_an_error(client: SalesforceClient) -> None:
    """An org without the API is not taken for a missing right."""
    responses.get(f"{DATA}/limits", status=403, json=refusal("API_DISABLED_FOR_ORG"))
    with pytest.raises(SalesforceRefusedError, match="ask Salesforce to enable it"):
        client.limits()


def test_the_servers_time_is_read_from_date(client: SalesforceClient) -> None:
    """The clock is Salesforce's, from the reply's date."""
    responses.get(f"{ORG}/services/data/", json=[], headers={"Date": "Sun, 29 Mar 2026 01:30:05 GMT"})
    assert client.server_time() == datetime(2026, 3, 29, 1, 30, 5, tzinfo=UTC)


def test_a_recent_reply_gives_the_time_without_a_call(client: SalesforceClient) -> None:
    """Whatever was asked: only where nothing was asked since, the time costs a call of its own."""
    responses.get(f"{DATA}/limits", json={}, headers={"Date": "Sun, 29 Mar 2026 01:30:05 GMT"})
    responses.get(f"{ORG}/services/data/", json=[], headers={"Date": "Sun, 29 Mar 2026 01:30:09 GMT"})
    began = time.monotonic()
    client.limits()
    assert client.server_time(since=began).second == 5
    assert client.server_time(since=time.monotonic()).second == 9


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_a_reply_without_date_is_an_error(client: SalesforceClient, headers: dict[str, str]) -> None:
    """This machine's clock is never taken in its place."""
    responses.get(f"{ORG}/services/data/", json=[], headers=headers)
    with pytest.raises(TransportError, match="the reply carries no date"):
        client.server_time()
