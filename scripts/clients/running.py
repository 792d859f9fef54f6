"""How a client is started, which the caller decides, and the files that it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Start = Callable[..., Iterable[str]]
"""Runs a command to its end, with environment variables as keywords; gives the lines that it wrote."""


def write_json(path: Path, content: Any) -> str:
    """Write a client's file and return its path."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def connected_app(told: dict[str, Any], start_date: str) -> dict[str, Any]:
    """What both Python clients call a connection: an app, its refresh token, and where time begins.

    ``told`` has ``consumer_key``, ``consumer_secret``, ``refresh_token``.
    """
    return {
        "client_id": told["consumer_key"],
        "client_secret": told["consumer_secret"],
        "refresh_token": told["refresh_token"],
        "start_date": start_date,
    }
