"""What the tests of this folder share: an invented org, its replies, and the client that meets them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import responses

from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from tests.virtual_time import length

ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v60.0"
TOKEN = f"{ORG}/services/oauth2/token"
TOKEN_REPLY = {
    "access_token": "00Dxx!first",
    "instance_url": ORG,
    "id": "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS",
    "token_type": "Bearer",
    "issued_at": "1775000000000",
    "signature": "c2lnbmF0dXJl",
}
HTML = "<html><body><h1>We are down for maintenance.</h1></body></html>"


def credentials(**more: Any) -> SalesforceCredentials:
    """A connection that holds an app's key and secret, plus or instead what a test gives."""
    filled: dict[str, Any] = {
        "instance_uri": ORG,
        "consumer_key": "the-key",
        "consumer_secret": "the-secret",
        "version": "60.0",
    }
    return SalesforceCredentials(**{**filled, **more})


class Pauses(list[float]):
    """Stands in for sleeping and writes down how long it would have been."""

    def __call__(self, seconds: float) -> None:
        """Take no time."""
        self.append(length(seconds))


def make_client(**more: Any) -> SalesforceClient:
    """A client that takes no pauses; its sleep writes them down."""
    return SalesforceClient(credentials(**more), sleep=Pauses())


def pauses(client: SalesforceClient) -> list[float]:
    """The pauses this client would have made."""
    assert isinstance(client.sleep, Pauses)
    return list(client.sleep)


def grant(issued: str = "00Dxx!first", **more: Any) -> None:
    """Let the next sign-in succeed."""
    responses.post(TOKEN, json={**TOKEN_REPLY, "access_token": issued, **more})


def refusal(code: str, message: str = "why") -> list[dict[str, str]]:
    """The body of a refused data call."""
    return [{"message": message, "errorCode": code}]


def schema(kinds: Mapping[str, FieldKind]) -> SourceSchema:
    """A schema of Contact with these fields by path."""
    fields = {path: SourceField(path=path, kind=kind) for path, kind in kinds.items()}
    return SourceSchema(sobject="Contact", fields=fields)


def page(records: Sequence[dict[str, Any]], *, total: int, following: str | None = None) -> dict[str, Any]:
    """One page of query results."""
    body = {"totalSize": total, "done": following is None, "records": list(records)}
    return body if following is None else {**body, "nextRecordsUrl": following}


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], line_end: str = "\n") -> str:
    """A result page as Bulk writes it: everything quoted."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def calls() -> list[str]:
    """The requests made so far, as verb and path."""
    return [f"{call.request.method} {call.request.path_url.split('?')[0]}" for call in responses.calls]
