"""A user as Daktela includes it in replies: with profile, role and rights, dozens of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_RIGHTS = [
    "accounts",
    "activities",
    "analytics",
    "articles",
    "articlesComments",
    "articlesFolders",
    "articlesTags",
    "blacklistnumbers",
    "campaignsRecords",
    "campaignsTypes",
    "contacts",
    "crmDatabases",
    "crmRecords",
    "crmRecordsTypes",
    "databases",
    "deleteAttachments",
    "events",
    "export",
    "externalNumbers",
    "formCrmFields",
    "formFields",
    "gdprPolicy",
    "genericDevices",
    "groups",
    "licensing",
    "pActivities",
    "pAccountsScheme",
    "pCalls",
    "pCallsRoutings",
    "pChats",
    "pChatsRoutings",
    "pContactsScheme",
    "pEmails",
    "pGlobalsettings",
    "pIntegrations",
    "pProvisioning",
    "pRealtime",
    "pSmses",
    "pStats",
    "pauses",
    "profiles",
    "qaReviews",
    "qaforms",
    "queues",
    "reports",
    "roles",
    "sessions",
    "sipDevices",
    "statuses",
    "systemAnnouncements",
    "templates",
    "tickets",
    "ticketsCategories",
    "ticketsMacros",
    "ticketsRules",
    "ticketsSla",
    "ticketsViews",
    "timegroups",
    "users",
    "wallboards",
    "webrtcDevices",
]

_PROFILE: Mapping[str, Any] = {
    "name": "bo",
    "title": "BO",
    "description": "",
    "type": "BO",
    "maxActivities": 5,
    "maxOutRecords": 5,
    "deleteMissedActivity": False,
    "noQueueCallsAllowed": False,
    "canTransferCall": "none",
    "monitoringModes": 1,
    "options": {"extensionRequired": False},
    "customViews": [],
    "customSocialMediaViews": {"fb": [], "socialmedia": None},
    "_sys": {"hash": "12", "model": "profiles"},
}
_NEWER_PROFILE: Mapping[str, Any] = {
    "gptFunctions": 0,
    "askForAssistance": False,
    "oneTimePassword": True,
    "passwordReset": True,
}
_ROLE: Mapping[str, Any] = {
    "name": "operator",
    "title": "Operátor",
    "description": "",
    "options": dict.fromkeys(_RIGHTS, 31) | {"_setDependencies": True},
    "shortcuts": [],
    "type": "BO",
    "_sys": {"hash": "7", "model": "roles"},
}


def user_document(values: Mapping[str, Any], *, newer: bool) -> dict[str, Any]:
    """Return one user as a reply of the newer or the older generation shows it, from the store's columns."""
    document = _common(values)
    if not newer:
        return document | {"deleted": values["deleted"]}
    document["profile"] = marked({**_PROFILE, **_NEWER_PROFILE})
    document["role"] = marked({**_ROLE, "gpt_custom_prompts": []})
    return document | {
        "presence_state": "offline",
        "frontend_version": "angular",
        "mfa_verification": 0,
        "sign": None,
        "ctrl_enter_email": False,
        "fcmSettings": {"notifications": True},
    }


def marked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the two keys that every object of the newer generation ends with."""
    return {**document, "_rdata": None, "_guiData": []}


def _common(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": values["name"],
        "title": values["title"],
        "type": "BO",
        "alias": values["alias"],
        "profile": _PROFILE,
        "role": _ROLE,
        "description": values["description"],
        "call_steering_description": "",
        "extension": values["extension"],
        "acl": None,
        "extension_state": "offline",
        "clid": "",
        "static": False,
        "recordAtCallStart": "disabled",
        "algo": None,
        "email": values["email"],
        "emailAuth": values["emailAuth"],
        "icon": "",
        "emoji": "",
        "options": {"sign": "", "target": "terminate|busy", "who_to_record": "both_agent_and_customer"},
        "nps_score": 0,
        "cp_access_crm": False,
        "forwarding_number": "",
        "timezone": values["timezone"],
        "deactivated": values["deactivated"],
        "allowRecordingInterruption": False,
        "_sys": {"hash": None, "model": "users"},
    }
