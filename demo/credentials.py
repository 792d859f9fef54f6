"""What a visitor types who sets up the first sync: the sandbox's addresses and credentials, as the page names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from demo.stack import Stack

SALESFORCE = {"url": "Instance URL", "consumer_key": "Consumer Key", "consumer_secret": "Consumer Secret"}
BY_PASSWORD = {"username": "Username", "password": "Password", "security_token": "Security Token"}
"""What the other way to sign in, that of Daktela's guide, asks for as well."""
DAKTELA = {"url": "Instance URL", "token": "Access Token", "database": "CRM Database"}


def invite(stack: Stack, console: Console) -> None:
    """Print what to open and what to type there."""
    console.print("\nThere is no sync and no connection. Set the first one up on the page, with these:\n")
    for title, values, labels in (
        ("Salesforce", stack.sandbox.salesforce, SALESFORCE),
        ("Salesforce, only for the way “User name and password”", stack.sandbox.salesforce, BY_PASSWORD),
        ("Daktela", stack.sandbox.daktela, DAKTELA),
    ):
        console.print(f"[bold]{title}[/bold]")
        for label, value in fields(values, labels):
            console.print(f"  {label:<16} {value}", markup=False, soft_wrap=True)


def fields(values: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return label and value of what there is to type."""
    return [(label, str(values[name])) for name, label in labels.items() if values.get(name)]


def name_page(stack: Stack, console: Console) -> None:
    """Print where the page is, and who may open it."""
    console.print(f"\n[bold]Open[/bold] {stack.settings.url}/plugin/daktela", soft_wrap=True)
    console.print(f"     as user {stack.airflow.user}, password {stack.airflow.password}", markup=False)
