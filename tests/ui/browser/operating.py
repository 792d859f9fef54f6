"""What somebody does who operates a sync that runs in a real Airflow: opens a page, and acts on Salesforce."""

from __future__ import annotations

import requests
from playwright.sync_api import Page

from demo.stack import Stack

DAG = "salesforce_to_daktela__default"
SYNC = "/syncs/default"
RUN = 240_000.0
SECONDS = RUN / 1000


def open_page(stack: Stack, page: Page, path: str) -> None:
    page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela{path}")


def control(stack: Stack, verb: str, path: str, body: object = None) -> None:
    """Act on Salesforce as somebody who works in it."""
    url = f"{stack.sandbox.salesforce['url']}/__sandbox__{path}"
    requests.request(verb, url, json=body, verify=stack.sandbox.ca, timeout=30).raise_for_status()
