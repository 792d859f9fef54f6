"""The Salesforce CLI, as an administrator uses it: signed in by a token, one command at a time."""

from __future__ import annotations

import json
from typing import Any

from scripts.clients.installed import salesforce_cli
from scripts.clients.running import Start

QUIET = {"SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "SF_SKIP_NEW_VERSION_CHECK": "true"}


class SalesforceCli:
    """The command of one signed-in user."""

    def __init__(self, start: Start, instance_url: str, token: str) -> None:
        self._start, self._command = start, salesforce_cli()
        given = ("--instance-url", instance_url, "--no-prompt")
        self.user = self._call("org", "login", "access-token", *given, SF_ACCESS_TOKEN=token)

    def __call__(self, *words: str) -> Any:
        """Run one command for that user and return its result."""
        return self._call(*words, "--target-org", self.user["username"])

    def _call(self, *words: str, **variables: str) -> Any:
        lines = self._start([*self._command, *words, "--json"], HTTPS_PROXY="", **QUIET, **variables)
        return json.loads("\n".join(lines))["result"]
