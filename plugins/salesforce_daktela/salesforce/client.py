"""Requests to one org: signed in on first use, timed, repeated where safe, signed in again once when a session dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from tenacity import Retrying, retry_if_exception, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from salesforce_daktela.errors import TransportError
from salesforce_daktela.salesforce.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.errors import (
    SalesforceRefusedError,
    SalesforceUnavailableError,
    SignInError,
    make_error,
)
from salesforce_daktela.salesforce.sign_in import AccessToken, sign_in
from salesforce_daktela.salesforce.usage import Usage, parse_usage

TIMEOUT = (10.0, 130.0)
"""Seconds to connect, and to wait for bytes: a query may work for 120."""

TRIES = 4
DEAD_SESSION = "INVALID_SESSION_ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One allowance of the org."""

    max: int
    remaining: int


class SalesforceClient:
    """``calls`` counts requests, ``usage`` is what the org last said of its daily calls, None before the first reply.

    ``on_token`` gets every token, so that logs can mask it.
    """

    def __init__(
        self,
        credentials: SalesforceCredentials,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        on_token: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.credentials = credentials
        self.calls = 0
        self.usage: Usage | None = None
        self._session = requests.Session() if session is None else session
        self._session.mount("https://", HTTPAdapter(pool_maxsize=8))
        if credentials.proxies:
            self._session.proxies.update(credentials.proxies)
        self._sleep = sleep
        self._on_token = on_token
        self._token: AccessToken | None = None
        self._signing = threading.Lock()
        self._clock: datetime | None = None

    @property
    def flow(self) -> str:
        """The sign-in flow in use."""
        return self._signed_in().flow.value

    @property
    def instance_url(self) -> str:
        """Where data calls go, as the token reply said."""
        return self._signed_in().instance_url

    @property
    def data_path(self) -> str:
        """The path of the REST API in the connection's version."""
        return f"/services/data/v{self.credentials.version}"

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """GET a host-relative path. Raises by what Salesforce answers, see ``errors``."""
        return _decoded(self.request("GET", path, params=params), path)

    def limits(self) -> dict[str, Limit]:
        """The org's allowances; without the right to see them, the daily calls as reply headers tell them."""
        try:
            found = self.get_json(f"{self.data_path}/limits")
        except SalesforceRefusedError as exc:
            if exc.status != 403 or self.usage is None:
                raise
            return {"DailyApiRequests": Limit(max=self.usage.max, remaining=self.usage.max - self.usage.used)}
        return {
            name: Limit(max=int(limit["Max"]), remaining=int(limit["Remaining"]))
            for name, limit in found.items()
            if isinstance(limit, Mapping) and "Max" in limit and "Remaining" in limit
        }

    def server_time(self) -> datetime:
        """Salesforce's clock, aware, whole seconds, from the ``Date`` of a fresh reply."""
        self.request("GET", "/services/data/")
        if self._clock is None:
            raise TransportError("the reply carries no Date", where="Salesforce /services/data/")
        return self._clock

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
        """Send one request and return a reply below 300.

        GET, PATCH and DELETE are repeated on faults; POST only when it was not accepted. A dead session is renewed
        once for each request; a second refusal is final.
        """
        retrying = Retrying(
            retry=retry_if_exception(lambda exc: _repeatable(verb, exc)),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=1, max=60),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._with_session, verb, path, params, json, headers, stream)

    def _with_session(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str] | None,
        json: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        stream: bool,
    ) -> requests.Response:
        token = self._signed_in()
        try:
            return self._once(token, verb, path, params, json, headers, stream)
        except SalesforceRefusedError as exc:
            if exc.status != 401 or exc.code != DEAD_SESSION:
                raise
        return self._once(self._renewed(token), verb, path, params, json, headers, stream)

    def _once(
        self,
        token: AccessToken,
        verb: str,
        path: str,
        params: Mapping[str, str] | None,
        json: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        stream: bool,
    ) -> requests.Response:
        where = f"Salesforce {verb} {path.split('?')[0]}"
        self.calls += 1
        try:
            response = self._session.request(
                verb,
                f"{token.instance_url}{path}",
                params=params,
                json=json,
                headers={"Accept": "application/json", **(headers or {}), "Authorization": f"Bearer {token.token}"},
                timeout=TIMEOUT,
                stream=stream,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            raise SignInError(
                "the TLS certificate of this host is not trusted", where=where, advice="check the instance URL"
            ) from None
        except requests.exceptions.RequestException as exc:
            raise _no_reply(exc, where) from None
        self._learn(response)
        if response.status_code >= 300:
            raise make_error(response.status_code, _quiet_json(response), where=where)
        return response

    def _learn(self, response: requests.Response) -> None:
        self.usage = parse_usage(response.headers.get("Sforce-Limit-Info")) or self.usage
        date = response.headers.get("Date")
        if date is not None:
            self._clock = parsedate_to_datetime(date).astimezone(UTC)

    def _signed_in(self) -> AccessToken:
        with self._signing:
            if self._token is None:
                self._token = self._sign_in()
            return self._token

    def _renewed(self, dead: AccessToken) -> AccessToken:
        """A new token, unless another thread has brought one meanwhile."""
        with self._signing:
            if self._token is None or self._token.token == dead.token:
                self._token = self._sign_in()
            return self._token

    def _sign_in(self) -> AccessToken:
        retrying = Retrying(
            retry=retry_if_exception_type(TransportError),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=1, max=60),
            sleep=self._sleep,
            reraise=True,
        )
        token: AccessToken = retrying(self._ask_for_token)
        self._on_token(token.token)
        return token

    def _ask_for_token(self) -> AccessToken:
        self.calls += 1
        return sign_in(self.credentials, self._session)


def _repeatable(verb: str, exc: BaseException) -> bool:
    """A POST that got a 5xx may have been accepted; one that was answered 429 or 503 was not."""
    if not isinstance(exc, SalesforceUnavailableError):
        return False
    return verb != "POST" or exc.status in (420, 429, 503)


def _no_reply(exc: Exception, where: str) -> SalesforceUnavailableError:
    return SalesforceUnavailableError(
        f"no reply ({type(exc).__name__})", code="", status=0, where=where, advice="try again later"
    )


def _decoded(response: requests.Response, path: str) -> Any:
    try:
        return response.json()
    except (ValueError, requests.exceptions.RequestException) as exc:
        raise SalesforceUnavailableError(
            f"the reply is no JSON ({type(exc).__name__})",
            code="",
            status=response.status_code,
            where=f"Salesforce {path.split('?')[0]}",
            advice="something between here and Salesforce answers in its place, or the reply was cut",
        ) from None


def _quiet_json(response: requests.Response) -> object:
    try:
        return response.json()
    except (ValueError, requests.exceptions.RequestException):
        return None
