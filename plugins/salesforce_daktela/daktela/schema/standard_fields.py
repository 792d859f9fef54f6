"""The documented fields of the CRM models: types, limits and what is always required."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.target import FIRST_ACTIONS, TargetField


def _text(path: str, length: int, *, required: bool = False) -> TargetField:
    return TargetField(path=path, max_length=length, required=required)


def _reference(path: str, *, required: bool = False) -> TargetField:
    return TargetField(path=path, type="REFERENCE", required=required)


STANDARD: Mapping[str, tuple[TargetField, ...]] = {
    "contacts": (
        _text("title", 255, required=True),
        _text("firstname", 128),
        _text("lastname", 128, required=True),
        _reference("account"),
        _reference("user"),
        _text("description", 512),
    ),
    "accounts": (
        _text("title", 255, required=True),
        _reference("sla"),
        _reference("user"),
        _text("description", 512),
    ),
    "crmRecords": (
        _text("title", 128, required=True),
        _reference("type", required=True),
        TargetField(path="stage", required=True, options={"OPEN": "Open", "CLOSE": "Closed"}),
        _reference("status"),
        _reference("user"),
        _reference("contact"),
        _reference("account"),
        _reference("ticket"),
        _text("description", 512),
    ),
    "campaignsRecords": (
        _reference("record_type", required=True),
        _reference("database"),
        _reference("user"),
        _reference("contact"),
        TargetField(path="action", options=FIRST_ACTIONS),
        TargetField(path="nextcall", type="DATETIME"),
    ),
}
