"""Connections as Airflow has them, without their secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.configuration import ensure_secrets_loaded
from airflow.models.connection import Connection
from airflow.secrets.base_secrets import BaseSecretsBackend
from airflow.secrets.environment_variables import CONN_ENV_PREFIX, EnvironmentVariablesBackend
from airflow.secrets.metastore import MetastoreBackend
from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.hooks.fields import Fields
from salesforce_daktela.airflow.hooks.salesforce import INSTANCE_EXTRAS
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ui.connect.facts import ConnectionFacts, EndFacts, Source
from salesforce_daktela.ui.connection_fields import FIELDS, System

FERNET = "set [core] fernet_key to the key with which they were written, or write them anew"


def read_end(system: System, conn_id: str | None, session: Session, user: BaseUser) -> EndFacts:
    """Return the connections of one end, and the one of that Id; None asks for none."""
    editable = _editable(system, session, user)
    known = {**dict.fromkeys(sorted(editable), Source.DATABASE), **_of_environment(system)}
    chosen = None if conn_id is None else _read(system, conn_id, editable)
    return EndFacts(system=system, known=known, chosen=chosen)


def _editable(system: System, session: Session, user: BaseUser) -> set[str]:
    query = select(Connection.conn_id).where(Connection.conn_type == system.value)
    found = {conn_id for conn_id in session.scalars(query) if conn_id}
    return get_auth_manager().filter_authorized_connections(conn_ids=found, user=user, method="PUT")


def _of_environment(system: System) -> dict[str, Source]:
    """A secrets backend does not list what it holds; the environment does."""
    found = {}
    for name in sorted(os.environ):
        conn_id = name.removeprefix(CONN_ENV_PREFIX).lower()
        if name.startswith(CONN_ENV_PREFIX) and _type_of(EnvironmentVariablesBackend(), conn_id) == system.value:
            found[conn_id] = Source.ENVIRONMENT
    return found


def _read(system: System, conn_id: str, editable: set[str]) -> ConnectionFacts:
    for backend in ensure_secrets_loaded():
        connection = _found(backend, conn_id)
        if connection is not None:
            source = _source(backend)
            facts = ConnectionFacts(conn_id=conn_id, source=source, conn_type=connection.conn_type or "")
            return _with_fields(facts, system, connection, editable=source is Source.DATABASE and conn_id in editable)
    return ConnectionFacts(conn_id=conn_id, source=Source.NOWHERE)


def _with_fields(facts: ConnectionFacts, system: System, connection: Connection, *, editable: bool) -> ConnectionFacts:
    said: dict[str, str] = {}
    trouble = ""
    if facts.conn_type == system.value:
        try:
            said = _said(system, connection, facts.conn_id)
        except ConfigurationError as exc:
            trouble = str(exc)
        except InvalidToken:
            trouble = f"connection {facts.conn_id}: its secrets cannot be decrypted: {FERNET}"
    secrets = {field.name for field in FIELDS[system] if field.secret}
    return ConnectionFacts(
        conn_id=facts.conn_id,
        source=facts.source,
        conn_type=facts.conn_type,
        editable=editable,
        values={name: text for name, text in said.items() if name not in secrets},
        stored=frozenset(said) & secrets,
        trouble=trouble,
    )


def _said(system: System, connection: Connection, conn_id: str) -> dict[str, str]:
    """The fields that are filled in. An org's address may stand where the stock hook reads it."""
    fields = Fields(connection=connection, conn_id=conn_id)
    found: dict[str, str] = {}
    for field in FIELDS[system]:
        read = fields.own if field.own else fields.text
        text = "given" if field.name == "proxies" and fields.value("proxies") else read(field.name, field.label)
        if text and text.strip():
            found[field.name] = text
    if "host" in found and connection.port:
        found["host"] = f"{found['host']}:{connection.port}"
    if system is System.SALESFORCE and "host" not in found:
        found |= _elsewhere(fields)
    return found


def _elsewhere(fields: Fields) -> Mapping[str, str]:
    typed = [(fields.text(name, label), suffix) for name, label, suffix in INSTANCE_EXTRAS]
    return next(({"host": f"{text}{suffix}"} for text, suffix in typed if text), {})


def _source(backend: BaseSecretsBackend) -> Source:
    if isinstance(backend, MetastoreBackend):
        return Source.DATABASE
    return Source.ENVIRONMENT if isinstance(backend, EnvironmentVariablesBackend) else Source.BACKEND


def _type_of(backend: BaseSecretsBackend, conn_id: str) -> str:
    connection = _found(backend, conn_id)
    return "" if connection is None else connection.conn_type or ""


def _found(backend: BaseSecretsBackend, conn_id: str) -> Connection | None:
    """What a backend has; nothing where it fails, as Airflow itself goes on to the next one then."""
    try:
        found: Connection | None = backend.get_connection(conn_id)
    except Exception:  # noqa: BLE001 its text may quote the connection
        return None
    return found
