"""Where messages go: e-mail, Slack and a webhook, as ``[salesforce_daktela]`` of Airflow's settings names them.

Slack's and the webhook's addresses are in connections, because whoever has them may write there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from http import HTTPStatus
from typing import Any

from airflow.sdk import BaseHook

from salesforce_daktela.airflow.addresses import HEADERS, web_address
from salesforce_daktela.airflow.releases import conf
from salesforce_daktela.airflow.settings import SECTION
from salesforce_daktela.log_filter import hide_logged
from salesforce_daktela.sync.notices import NoticeKind

log = logging.getLogger(__name__)

TIMEOUT = (10.0, 30.0)
"""Seconds to connect to Slack or a webhook, and to wait for its reply."""

SLACK = "https://hooks.slack.com/services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice with the address of its page; empty where ``[api] base_url`` is not known."""

    kind: str
    mapping: str
    text: str
    link: str

    def __str__(self) -> str:
        said = f"{self.mapping}: {self.text}" if self.mapping else self.text
        return f"{said}\n{self.link}" if self.link else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one run has to tell. ``link`` leads to the page of the run."""

    sync: str
    run_id: str
    lines: Sequence[Line]
    link: str

    @property
    def subject(self) -> str:
        """The sync, and what it is about."""
        kinds = dict.fromkeys(line.kind for line in self.lines)
        return f"Salesforce to Daktela, {self.sync}: {', '.join(kinds)}"

    def text(self) -> str:
        """The whole message as plain text."""
        run = f"Run {self.run_id}" + (f"\n{self.link}" if self.link else "") if self.run_id else ""
        return "\n\n".join(filter(None, [self.subject, *map(str, self.lines), run]))

    def html(self) -> str:
        """The same for an e-mail."""
        told = "".join(f"<li>{_html(line)}</li>" for line in self.lines)
        run = f"<p>{_linked(f'Run {self.run_id}', self.link)}</p>" if self.run_id else ""
        return f"<p>{escape(self.subject)}</p><ul>{told}</ul>{run}"

    def to_dict(self) -> dict[str, Any]:
        """What a webhook gets."""
        return {
            "sync": self.sync,
            "run_id": self.run_id,
            "subject": self.subject,
            "notices": [asdict(line) for line in self.lines],
            "link": self.link,
        }


def anyone_listens() -> bool:
    """Whether any channel is set."""
    return any(_setting(name) for name in CHANNELS)


def wanted() -> frozenset[str]:
    """The kinds of notices that ``notify_on`` names; all where it names none."""
    named, known = {name.lower() for name in _listed("notify_on")}, {kind.value for kind in NoticeKind}
    for name in sorted(named - known):
        log.error("[%s] notify_on: there is no %s; choose from %s", SECTION, name, ", ".join(NoticeKind))
    return frozenset(named & known) or frozenset(known)


def deliver(message: Message) -> bool:
    """Send a message to every channel; return whether one of them has taken it.

    One that fails is logged, and keeps the message from no other.
    """
    taken = False
    for name, send in CHANNELS.items():
        value = _setting(name)
        if not value:
            continue
        try:
            send(value, message)
            taken = True
        except Exception as exc:  # noqa: BLE001 whatever a channel raises, the others are told
            # The address of a webhook is a secret, and errors of HTTP name it.
            log.error("the message could not be sent by %s: %s", name, type(exc).__name__)
    return taken


def _mail(addresses: str, message: Message) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    SmtpNotifier(
        to=_split(addresses),
        from_email=conf.get("email", "from_email", fallback="") or None,
        subject=message.subject,
        html_content=message.html(),
    ).notify({})


def _slack(conn_id: str, message: Message) -> None:
    """An incoming webhook: its token is the password of a connection of type ``slackwebhook``."""
    connection = BaseHook.get_connection(conn_id)
    base = web_address(connection) if connection.host else SLACK
    _post(f"{base.rstrip('/')}/{connection.password or ''}".rstrip("/"), {"text": message.text()}, {})


def _webhook(conn_id: str, message: Message) -> None:
    """A connection of type ``http``; its password is sent as a bearer token, its extra ``headers`` as they are."""
    connection = BaseHook.get_connection(conn_id)
    headers: dict[str, str] = dict(connection.extra_dejson.get(HEADERS, {}))
    if connection.password:
        headers.setdefault("Authorization", f"Bearer {connection.password}")
    _post(web_address(connection), message.to_dict(), headers)


def _post(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    import requests

    hide_logged(url)
    response = requests.post(url, json=body, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False)
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        # A redirect would be followed by a GET without the message.
        raise requests.HTTPError(f"the reply was {response.status_code}")


CHANNELS: Mapping[str, Callable[[str, Message], None]] = {
    "notify_email": _mail,
    "notify_slack_conn_id": _slack,
    "notify_webhook_conn_id": _webhook,
}
"""Each channel's setting, and how it is sent to."""


def _setting(name: str) -> str:
    return str(conf.get(SECTION, name, fallback="")).strip()


def _listed(name: str) -> list[str]:
    return _split(_setting(name))


def _split(text: str) -> list[str]:
    return [piece.strip() for piece in text.split(",") if piece.strip()]


def _html(line: Line) -> str:
    return _linked(f"{line.mapping}: {line.text}" if line.mapping else line.text, line.link)


def _linked(text: str, link: str) -> str:
    return f'<a href="{escape(link)}">{escape(text)}</a>' if link else escape(text)
