"""A connection's fields as texts, whatever type JSON or a form has given them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from airflow.sdk import Connection
from airflow.sdk.log import mask_secret

from salesforce_daktela.errors import ConfigurationError

OF_A_SYSTEM = re.compile(r"^(?:Salesforce|Daktela) connection\b")
"""How the rooms below call a connection, whose Id they do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of one connection. Every error names ``conn_id``.

    Extras are found under their own name and under the stock form's, ``extra__<type>__<name>``.
    Raises ConfigurationError when the extras are no JSON object.
    """

    connection: Connection
    conn_id: str
    extras: Mapping[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            extras = json.loads(self.connection.extra or "{}")
        except ValueError:
            extras = None
        if not isinstance(extras, dict):
            raise self.unusable("the extras are not a JSON object", "Extra", 'write them like {"version": "67.0"}')
        mask_secret(extras)
        object.__setattr__(self, "extras", extras)

    def own(self, name: str, label: str) -> str | None:
        """One of the connection's own fields: ``host``, ``login`` or ``password``."""
        return self._text(getattr(self.connection, name), label)

    def text(self, name: str, label: str) -> str | None:
        """An extra, None when it is missing or empty."""
        return self._text(self.value(name), label)

    def value(self, name: str) -> Any:
        """An extra as it is."""
        if name in self.extras:
            return self.extras[name]
        return self.extras.get(f"extra__{self.connection.conn_type}__{name}")

    def proxies(self, name: str, label: str) -> dict[str, str] | None:
        """The proxies of an extra, None when there are none. Their passwords are masked in logs.

        The form stores them as text; an environment variable may hold an object.
        """
        typed = self.value(name)
        if typed is None or typed in ("", {}):
            return None
        try:
            parsed = json.loads(typed) if isinstance(typed, str) else typed
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict) or not all(isinstance(url, str) for url in parsed.values()):
            example = 'write them like {"https": "http://proxy.example:3128"}'
            raise self.unusable("proxies are not a JSON object of addresses", label, example)
        for url in parsed.values():
            _mask(url)
        return parsed

    def unusable(self, what: str, label: str, advice: str) -> ConfigurationError:
        """Return the error about one field. It does not contain the field's value."""
        return ConfigurationError(what, where=f"connection {self.conn_id}: {label}", advice=advice)

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Errors about what the fields hold together name this connection, and not only which system's it is."""
        try:
            yield
        except ConfigurationError as exc:
            where = OF_A_SYSTEM.sub(lambda _: f"connection {self.conn_id}", exc.where)
            raise ConfigurationError(exc.what, where=where, advice=exc.advice) from exc

    def _text(self, value: object, label: str) -> str | None:
        """The value as text. A JSON number without quotes is accepted where its text is certain."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value
        if type(value) is int or (isinstance(value, float) and value.is_integer() and abs(value) < 1e6):
            return str(value)
        kind = {bool: "true or false", float: "a number", list: "a list", dict: "an object"}.get(type(value), "no text")
        raise self.unusable(f"this is {kind} and not a text", label, "write it in quotes")


def _mask(url: str) -> None:
    """Hide a proxy's password in logs, as it was typed and as it is sent."""
    mask_secret(url)
    try:
        password = urlsplit(url if "://" in url else f"http://{url}").password
    except ValueError:
        return
    if password:
        mask_secret(password)
        mask_secret(unquote(password))
