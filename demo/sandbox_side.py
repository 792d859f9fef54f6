"""The demo's access to the sandbox: it changes records in Salesforce and checks them in Daktela."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from demo.processes import Processes

START_SECONDS = 60.0
TIMEOUT = 30.0
INSISTING = Retrying(
    retry=retry_if_exception_type((requests.RequestException, KeyError, TypeError)),
    stop=stop_after_attempt(20),
    wait=wait_fixed(0.5),
    reraise=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSide:
    """The content of ``sandbox.json``, and the control endpoints of both sides."""

    salesforce: Mapping[str, Any] = field(repr=False)
    daktela: Mapping[str, Any] = field(repr=False)
    ca: str

    def change(self, sobject: str, count: int) -> list[str]:
        """Change the description of ``count`` records of one object in Salesforce and return their Ids."""
        body = {"object": sobject, "count": count, "field": "Description"}
        return list(self._control("POST", self.salesforce["url"], "/__sandbox__/mutate", body)["ids"])

    def add(self, sobject: str, fields: Mapping[str, Any]) -> str:
        """Create one record in Salesforce and return its Id."""
        path = f"/__sandbox__/records/{sobject}"
        return str(self._control("POST", self.salesforce["url"], path, {"fields": dict(fields)})["id"])

    def convert_lead(self) -> tuple[str, str]:
        """Convert a lead that Daktela holds into a contact of an account; return the Ids of lead and contact."""
        (account,) = self._control("GET", self.salesforce["url"], "/__sandbox__/records/Account?limit=1", None)
        for lead in self._control("GET", self.salesforce["url"], "/__sandbox__/records/Lead", None):
            if not lead["IsConverted"] and not lead["IsDeleted"] and self.holds("contacts", ("name", lead["Id"])):
                path = f"/__sandbox__/records/Lead/{lead['Id']}/convert"
                made = self._control("POST", self.salesforce["url"], path, {"account": account["Id"]})
                return str(lead["Id"]), str(made["contact"])
        raise LookupError("Daktela holds none of the org's leads")

    def source(self, sobject: str, id_: str) -> dict[str, Any]:
        """One record as Salesforce holds it."""
        return dict(self._control("GET", self.salesforce["url"], f"/__sandbox__/records/{sobject}/{id_}", None))

    def holds(self, model: str, *conditions: tuple[str, str]) -> bool:
        """Whether exactly one record of ``model`` in Daktela has each text in its field, according to its API.

        With some profiles requests fail, so they are retried.
        """
        filters = {}
        for number, (name, text) in enumerate(conditions):
            filters[f"filter[{number}][field]"] = name
            filters[f"filter[{number}][operator]"] = "contains"
            filters[f"filter[{number}][value]"] = text
        return len(INSISTING(self._rows, model, filters)) == 1

    def _rows(self, model: str, filters: Mapping[str, str]) -> Any:
        reply = requests.get(
            f"{self.daktela['url']}/api/v6/{model}.json",
            params=filters,
            headers={"X-AUTH-TOKEN": self.daktela["token"]},
            timeout=TIMEOUT,
            verify=self.ca,
        )
        reply.raise_for_status()
        return reply.json()["result"]["data"]

    def _control(self, verb: str, url: str, path: str, body: Mapping[str, Any] | None) -> Any:
        reply = requests.request(verb, f"{url}{path}", json=body, timeout=TIMEOUT, verify=self.ca)
        reply.raise_for_status()
        return reply.json()


def start_sandbox(processes: Processes, home: Path, project: Path, *, size: str, profile: str) -> SandboxSide:
    """Start both servers and wait until they listen. Raises RuntimeError with the end of their log."""
    options = ["--home", str(home), "--size", size, "--follow-parent", *(["--profile", profile] if profile else [])]
    processes.start("sandbox", [sys.executable, "-m", "sandbox", *options], os.environ, project)
    ready = home / "sandbox.json"
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        dead = processes.dead()
        if dead or time.monotonic() > deadline:
            raise RuntimeError(dead or "the sandbox did not start in time")
        time.sleep(0.1)
    found = json.loads(ready.read_text())
    return SandboxSide(salesforce=found["salesforce"], daktela=found["daktela"], ca=found["ca"])
