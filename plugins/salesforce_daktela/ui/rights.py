"""Airflow's own rights, asked for a sync: its DAG may not be there yet, its name decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import ConnectionDetails, DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.models.dag import DagModel
from fastapi import HTTPException

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.mapping.language.loader import NAME

Method = Literal["GET", "POST", "PUT", "DELETE"]


class Need(StrEnum):
    """A right that a page asks for: to read the sync's DAG, to change it, to change connections."""

    READ = "read"
    EDIT = "edit"
    CONNECTIONS = "connections"


class MissingRight(HTTPException):
    """A refusal that says which right is missing, for the page that is shown in place of the one asked for."""

    def __init__(self, need: Need) -> None:
        super().__init__(403, "Forbidden")
        self.need = need


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a person may do with one sync: read and change its DAG, change connections, start runs."""

    read: bool
    edit: bool
    connections: bool
    run: bool

    def lacks(self, *needs: Need) -> Need | None:
        """Return the first of these rights that the person does not have."""
        has = {Need.READ: self.read, Need.EDIT: self.edit, Need.CONNECTIONS: self.connections}
        return next((need for need in needs if not has[need]), None)


def rights_of(user: BaseUser, sync: str) -> Rights:
    """Return what Airflow's auth manager says."""
    return Rights(
        read=_may(user, sync, "GET"),
        edit=_may(user, sync, "PUT"),
        connections=_may_connect(user),
        run=_may(user, sync, "POST", DagAccessEntity.RUN),
    )


def reads_sync(sync: str, user: GetUserDep) -> None:
    """Dependency: who may read the sync's DAG. Raises 404 for names of no sync, 403."""
    _require(Need.READ, _may(user, _named(sync), "GET"))


def edits_sync(sync: str, user: GetUserDep) -> None:
    """Dependency: who may change the sync's DAG; they may see values of records. Raises 404, 403."""
    _require(Need.EDIT, _may(user, _named(sync), "PUT"))


def edits_connections(user: GetUserDep) -> None:
    """Dependency: who may change connections. They could read stored secrets by pointing a connection elsewhere.

    Raises 403.
    """
    _require(Need.CONNECTIONS, _may_connect(user))


def requiring(*needs: Need) -> Callable[..., None]:
    """Return the dependency of a page with these needs. It raises 404 for names of no sync, 403."""

    def required(sync: str, user: GetUserDep) -> None:
        missing = rights_of(user, _named(sync)).lacks(*needs)
        if missing is not None:
            raise MissingRight(missing)

    return required


def _named(sync: str) -> str:
    if not NAME.fullmatch(sync):
        raise HTTPException(404, "There is no such sync.")
    return sync


def _require(need: Need, allowed: bool) -> None:
    if not allowed:
        raise MissingRight(need)


def _may(user: BaseUser, sync: str, method: Method, entity: DagAccessEntity | None = None) -> bool:
    dag_id = f"{LOADING}{sync}"
    details = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
    return get_auth_manager().is_authorized_dag(method=method, access_entity=entity, details=details, user=user)


def _may_connect(user: BaseUser) -> bool:
    manager = get_auth_manager()
    methods: tuple[Method, ...] = ("PUT", "POST")
    return all(
        manager.is_authorized_connection(method=method, details=ConnectionDetails(), user=user) for method in methods
    )
