"""Requests to one org: signed in on first use, timed, repeated where safe, signed in again once when a session dies."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from tenacity import Retrying

from salesforce_daktela.http_headers import http_date, retry_after_seconds
from salesforce_daktela.log_filter import shorten_logged_addresses
from salesforce_daktela.salesforce.sign_in.kept_session import TokenKeeper
from salesforce_daktela.salesforce.sign_in.oauth import AccessToken, sign_in
from salesforce_daktela.salesforce.sign_in.organization import ask_organization, refuse_other_organization
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.wire.error_codes import CodeKind
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError, SalesforceUnavailableError, make_error
from salesforce_daktela.salesforce.wire.network import Network, body_of
from salesforce_daktela.salesforce.wire.request_size import longest_address
from salesforce_daktela.salesforce.wire.retries import repeatable, retrying
from salesforce_daktela.salesforce.wire.usage import Limit, Usage, parse_limits, parse_usage
from salesforce_daktela.sync.traffic import Sent

log = logging.getLogger(__name__)

TOO_MANY = 429
DAILY_CALLS = "DailyApiRequests"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One request, ready to be sent as often as needed."""

    verb: str
    path: str
    params: Mapping[str, str] | None
    json: Mapping[str, Any] | None
    headers: Mapping[str, str]
    stream: bool

    @property
    def where(self) -> str:
        return f"Salesforce {self.verb} {self.path.split('?')[0]}"


class SalesforceClient:
    """``calls`` counts requests; ``usage`` is the last known use of the daily calls, None before the first reply.

    ``described`` caches describes by object name. ``on_token`` gets every token, so that logs can mask it.
    ``before_call`` is called before every request except sign-ins, and raises to prevent the request. ``keeper`` shares
    a session with other processes. ``patience`` are the seconds within which a request is tried again, None for those
    that a task has.
    """

    def __init__(
        self,
        credentials: SalesforceCredentials,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        on_token: Callable[[str], None] = lambda _: None,
        keeper: TokenKeeper | None = None,
    ) -> None:
        shorten_logged_addresses()
        self.credentials = credentials
        self.calls, self._throttled, self._retries = 0, 0, 0
        self.usage: Usage | None = None
        self.described: dict[str, dict[str, Any]] = {}
        self.before_call: Callable[[], None] | None = None
        self.sleep = sleep
        self.patience: float | None = None
        self._network = Network(requests.Session() if session is None else session, credentials)
        self._on_token = on_token
        self._keeper = keeper
        self._last_date: tuple[datetime, float] | None = None
        self._token: AccessToken | None = None
        self._organization = ""
        self._signing = threading.Lock()

    @property
    def sent(self) -> Sent:
        """What the client has sent up to now, sign-ins included."""
        return Sent(calls=self.calls, throttled=self._throttled, retries=self._retries)

    @property
    def flow(self) -> str:
        """The sign-in flow in use."""
        return self._signed_in().flow.value

    @property
    def instance_url(self) -> str:
        """The host for data calls, as the token reply gives it."""
        return self._signed_in().instance_url

    @property
    def organization_id(self) -> str:
        """The org's 18-character Id, from the sign-in or a query. Raises ConfigurationError when neither gives it."""
        self._organization = self._signed_in().organization_id or self._organization or ask_organization(self)
        return self._organization

    @property
    def user_id(self) -> str | None:
        """The 18-character Id of the user who is signed in, None when the sign-in does not tell it."""
        return self._signed_in().user_id

    @property
    def longest_query(self) -> int:
        """How many encoded characters a query may have: the token takes a part of the request's size."""
        return longest_address(self._signed_in().token)

    @property
    def data_path(self) -> str:
        """The path of the REST API in the connection's version."""
        return f"/services/data/v{self.credentials.version}"

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """GET a host-relative path and return its JSON. Raises the errors of ``wire.errors``."""
        return decode_json(self.request("GET", path, params=params), f"Salesforce GET {path.split('?')[0]}")

    def limits(self) -> dict[str, Limit]:
        """Return the org's allowances by name.

        Without the right to see them, only the daily calls are returned, as reply headers give them; without such
        headers nothing is. The log says so.
        """
        try:
            return parse_limits(self.get_json(f"{self.data_path}/limits"))
        except SalesforceRefusedError as exc:
            if (
                exc.status not in (403, 404)
                or exc.code.startswith("API_")
                or exc.kind in (CodeKind.MOVED, CodeKind.CONNECTION)
            ):
                raise
            refused = exc
        if self.usage is None or refused.status == 404:
            # Of a version that the org does not have, nothing is there.
            self.get_json(self.data_path)
        log.warning("limits are not shown to this user, only daily calls are known: %s", refused)
        if self.usage is None:
            return {}
        return {DAILY_CALLS: Limit(max=self.usage.max, remaining=self.usage.max - self.usage.used)}

    def close(self) -> None:
        """Close the connections."""
        self._network.session.close()

    def separate_client(self) -> SalesforceClient:
        """Return another client of the same org, with its own connections: this one may be in use by another thread."""
        return SalesforceClient(self.credentials, sleep=self.sleep, on_token=self._on_token, keeper=self._keeper)

    def server_time(self, *, since: float | None = None) -> datetime:
        """Return Salesforce's clock, aware, in UTC, whole seconds; never later than now.

        No request is sent if a reply has given the time after ``since``, a moment of ``time.monotonic``. Raises
        TransportError when a reply has no date.
        """
        if self._last_date is not None and since is not None and self._last_date[1] >= since:
            return self._last_date[0]
        moment = http_date(self.request("GET", "/services/data/").headers.get("Date"))
        if moment is None:
            raise SalesforceUnavailableError("the reply carries no date", where="Salesforce GET /services/data/")
        return moment

    def request(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """Send one request to a host-relative path and return a reply below 300.

        GET, PATCH and DELETE are repeated on faults; POST only when it was not accepted. A dead session is renewed
        once for each request; a second refusal is final. If the host no longer serves the org, a new sign-in gives its
        present host.
        """
        if not path.startswith("/"):
            raise ValueError("the path of a request begins with a slash: it must not change the host")
        call = _Call(verb=verb, path=path, params=params, json=json, headers=headers or {}, stream=stream)
        token = self._signed_in()
        try:
            return self._send_with_retries(call, token)
        except SalesforceRefusedError as exc:
            dead = exc.status == 401 or exc.kind is CodeKind.SESSION
            if not dead and not _from_elsewhere(exc):
                raise
            renewed = self._renew(token)
            if not dead and renewed.instance_url == token.instance_url:
                raise
        return self._send_with_retries(call, renewed)

    def _send_with_retries(self, call: _Call, token: AccessToken) -> requests.Response:
        again = self._retrying(lambda exc: repeatable(exc, verb=call.verb))
        return again(self._send_once, call, token)

    def _retrying(self, worth: Callable[[BaseException], bool]) -> Retrying:
        return retrying(self._sleep_before_retry, worth=worth, within=self.patience)

    def _sleep_before_retry(self, seconds: float) -> None:
        self._retries += 1
        self.sleep(seconds)

    def _send_once(self, call: _Call, token: AccessToken) -> requests.Response:
        if self.before_call is not None:
            self.before_call()
        self.calls += 1
        response = self._network.send(
            call.verb,
            f"{token.instance_url}{call.path}",
            where=call.where,
            token=token.token,
            params=call.params,
            json=call.json,
            headers={"Accept": "application/json", **call.headers},
            stream=call.stream,
        )
        self.usage = parse_usage(response.headers.get("Sforce-Limit-Info")) or self.usage
        date = http_date(response.headers.get("Date"))
        self._last_date = self._last_date if date is None else (date, time.monotonic())
        if response.status_code < 300:
            return response
        self._throttled += response.status_code == TOO_MANY
        with response:
            raise make_error(
                response.status_code,
                _quiet_json(response),
                where=call.where,
                retry_after=retry_after_seconds(response.headers.get("Retry-After"), date or datetime.now(UTC)),
            )

    def _signed_in(self) -> AccessToken:
        with self._signing:
            if self._token is None:
                self._token = self._shared_session() or self._sign_in()
            return self._token

    def _shared_session(self) -> AccessToken | None:
        """Return the session that another process shares. If it has expired, the first call signs in anew."""
        token = None if self._keeper is None else self._keeper.get()
        if token is not None:
            self._on_token(token.token)
        return token

    def _renew(self, dead: AccessToken) -> AccessToken:
        """Return a new token, or the one that another thread has got in the meantime."""
        with self._signing:
            if self._token is None or self._token.token == dead.token:
                renewed = self._sign_in()
                refuse_other_organization(dead, renewed)
                self._token = renewed
            return self._token

    def _sign_in(self) -> AccessToken:
        token = self._retrying(repeatable)(self._ask_for_token)
        self._on_token(token.token)
        if self._keeper is not None:
            self._keeper.put(token)
        return token

    def _ask_for_token(self) -> AccessToken:
        self.calls += 1
        return sign_in(self._network)


def decode_json(response: requests.Response, where: str) -> Any:
    """Return the body of a reply. Raises TransportError when it is not JSON."""
    try:
        return body_of(response)
    except ValueError as exc:
        advice = "a proxy or another program answers instead of Salesforce, or the reply was cut"
        raise SalesforceUnavailableError(
            f"the reply is not JSON ({type(exc).__name__})", status=response.status_code, where=where, advice=advice
        ) from None


def _from_elsewhere(exc: SalesforceRefusedError) -> bool:
    """Whether the org may have moved: a redirect, a 404 without Salesforce's code, or a code that says so."""
    return 300 <= exc.status < 400 or (exc.status == 404 and not exc.code) or exc.kind is CodeKind.MOVED


def _quiet_json(response: requests.Response) -> object:
    try:
        return body_of(response)
    except (ValueError, requests.exceptions.RequestException):
        return None
