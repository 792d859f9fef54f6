"""Access control: the five ways to send a token, sign-in, rights and hidden endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.daktela.crm import MERGES, Call
from sandbox.daktela.instance import Instance
from sandbox.daktela.models import USERS
from sandbox.daktela.rendering import Renderer
from sandbox.daktela.replies import Envelopes, Reply
from sandbox.daktela.sessions import PASSWORD, Session
from sandbox.daktela.store import Record

_CATALOGUES: Mapping[str, str] = {
    "users": "users_endpoint",
    "whoim": "whoim_endpoint",
    "crmDatabases": "crm_databases_endpoint",
    "crmRecordsTypes": "crm_records_types_endpoint",
    "formCrmFields": "form_crm_fields_endpoint",
    "campaignsTypes": "campaigns_types_endpoint",
    "formFields": "form_fields_endpoint",
}
VERSION = "2025.2"
_MASKS: Mapping[str, int] = {"full": 31, "read": 1, "none": 0}
_RIGHTS: Mapping[str, str] = {
    "contacts": "contacts_right",
    "accounts": "accounts_right",
    "crmRecords": "crm_records_right",
    "campaignsRecords": "campaigns_records_right",
}


def token_of(headers: Mapping[str, str], cookies: Mapping[str, str], query: Mapping[str, Any]) -> str:
    """Return the token of a request, sent in one of five ways; empty without one."""
    bearer = headers.get("Authorization", "")
    ways = (
        headers.get("X-AUTH-TOKEN"),
        headers.get("X-AUTH-TOKEN-OPENAPI"),
        bearer[7:] if bearer.lower().startswith("bearer ") else None,
        query.get("accessToken"),
        cookies.get("c_user"),
    )
    return next((str(way) for way in ways if way), "")


def caller(instance: Instance, token: str) -> Record | None:
    """Return the active user of a token, None for an invalid one."""
    name = instance.sessions.user(token, instance.now())
    user = None if name is None else instance.user(name)
    return None if user is None or user.values["deactivated"] else user


def refusal_of(instance: Instance, call: Call) -> Reply | None:
    """Return the refusal of a call for which the caller has no right, None for an allowed call."""
    switches = instance.switches
    setting = getattr(switches, _CATALOGUES[call.endpoint]) if call.endpoint in _CATALOGUES else "readable"
    if setting == "empty":
        return _empty_reply(instance, call)
    if setting != "readable":
        return Reply(status=403 if setting == "forbidden" else 404)
    for model in {MERGES.get(call.endpoint, call.endpoint), *_listed_model(call)}:
        right = getattr(switches, _RIGHTS[model]) if model in _RIGHTS else "full"
        if right == "full" or (right == "read" and call.method == "GET"):
            continue
        if call.method == "GET" and switches.without_right == "empty":
            return _empty_reply(instance, call)
        return Reply(status=403)
    return None


def answer_unknown_caller(instance: Instance, call: Call, token: str) -> Reply:
    """Return the reply to a caller without a valid token: only whoim may answer 200."""
    switches = instance.switches
    greeting = switches.whoim_wrong_token if token else switches.whoim_without_token
    if call.endpoint == "whoim" and call.method == "GET" and greeting == "nobody":
        return refusal_of(instance, call) or _envelopes(instance).success({"user": None, "version": VERSION})
    return Reply(status=401)


def whoim(instance: Instance, user: Record, token: str) -> Reply:
    """Return the caller under ``result.user``; its ``_sys`` repeats the token."""
    document = Renderer(instance.store, instance.switches).full(user)
    document["_sys"] = {**document["_sys"], "accessToken": token}
    document["role"] = _role(instance, document["role"])
    return _envelopes(instance).success({"user": document, "version": VERSION})


def _role(instance: Instance, role: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the caller's role with a mask for each model: 31 is all rights, 0 none; single bits are not documented."""
    switches = instance.switches
    if switches.role_shown == "hidden":
        return None
    masks = {model: _MASKS[getattr(switches, right)] for model, right in _RIGHTS.items()}
    return {**role, "options": {**role["options"], **masks}}


def login(instance: Instance, call: Call) -> Reply:
    """Sign a user in (POST) or renew a session (PUT). Every active user has the sandbox's password."""
    fields = {**call.query, **call.body}
    if call.method == "POST":
        session = _sign_in(instance, str(fields.get("username", "")), str(fields.get("password", "")))
    elif call.method == "PUT":
        session = instance.sessions.renew(str(fields.get("refreshToken", "")), instance.now())
    else:
        return Reply(status=405)
    if session is None:
        return _envelopes(instance).failure(401, "Incorrect username or password")
    if str(fields.get("only_token", "0")).lower() in {"1", "true"}:
        text = instance.switches.login_reply == "text"
        return _envelopes(instance).success(session.access if text else _tokens(session))
    user = instance.user(session.user)
    document = None if user is None else Renderer(instance.store, instance.switches).full(user)
    return _envelopes(instance).success(_tokens(session) | {"user": document})


def _sign_in(instance: Instance, name: str, password: str) -> Session | None:
    user = instance.store.find(USERS, name)
    if user is None or user.values["deactivated"] or password != PASSWORD:
        return None
    return instance.sessions.open(name, instance.now())


def _tokens(session: Session) -> dict[str, Any]:
    return {
        "accessToken": session.access,
        "accessTokenExpirationDate": session.expires.strftime("%Y-%m-%d %H:%M:%S"),
        "refreshToken": session.refresh,
    }


def _listed_model(call: Call) -> set[str]:
    relations = {"records": "crmRecords", "contacts": "contacts", "campaignsRecords": "campaignsRecords"}
    return {relations[call.relation]} if call.relation in relations else set()


def _empty_reply(instance: Instance, call: Call) -> Reply:
    envelopes = _envelopes(instance)
    return envelopes.rows([], [], 0) if call.name is None or call.relation else envelopes.missing()


def _envelopes(instance: Instance) -> Envelopes:
    return Envelopes(switches=instance.switches, now=instance.now(), zone=instance.zone)
