"""What Airflow reads through the provider entry point: connection types with their forms, and our config section."""

from __future__ import annotations

from typing import Any

import salesforce_daktela

PACKAGE = "airflow-salesforce-daktela"
"""The name sorts before that of the Salesforce provider: Airflow keeps a connection type's first hook."""


def get_provider_info() -> dict[str, Any]:
    """Return the provider's description in the form Airflow's provider schema asks for."""
    return {
        "package-name": PACKAGE,
        "name": "Salesforce to Daktela",
        "description": "Loads Salesforce records into Daktela: its CRM databases, contacts, accounts and dial lists.",
        "versions": [salesforce_daktela.__version__],
        "asset-uris": [
            {
                "schemes": ["x-daktela", "x-daktela-reconcile"],
                "handler": None,
                "to_openlineage_converter": "salesforce_daktela.airflow.lineage.of_asset",
            }
        ],
        "connection-types": [_salesforce(), _daktela()],
        "config": {"salesforce_daktela": _config()},
    }


def _salesforce() -> dict[str, Any]:
    return {
        "connection-type": "salesforce",
        "hook-name": "Salesforce",
        "hook-class-name": "salesforce_daktela.airflow.hooks.salesforce.SalesforceOrgHook",
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "port", "extra"],
            "relabeling": {"host": "Instance URL", "login": "Username"},
            "placeholders": {"host": "https://acme.my.salesforce.com", "login": "integration@acme.com"},
        },
        "conn-fields": {
            "security_token": _secret("Security Token", "Not needed from a trusted IP range"),
            "consumer_key": _text("Consumer Key", "Of the connected or external client app"),
            "consumer_secret": _secret("Consumer Secret", "Of the same app; a private key does without"),
            "private_key": _secret("Private Key", "PEM text, for JWT sign-in"),
            "private_key_file_path": _text(
                "Private Key File Path", "Instead of the PEM text; on every machine that runs a part of Airflow"
            ),
            "version": _text("API Version", "67.0 if left out"),
            "proxies": _secret("Proxies", 'JSON, for example {"https": "http://proxy.example:3128"}'),
            "instance_url": _text("Instance URL (stock hook)", "Read when the Instance URL above is empty"),
            "domain": _text("Domain (stock hook)", "Read when no instance URL is given, for example acme.my"),
        },
    }


def _daktela() -> dict[str, Any]:
    return {
        "connection-type": "daktela",
        "hook-name": "Daktela",
        "hook-class-name": "salesforce_daktela.airflow.hooks.daktela.DaktelaHook",
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "port", "login", "extra"],
            "relabeling": {"host": "Instance URL", "password": "Access Token"},
            "placeholders": {"host": "https://acme.daktela.com"},
        },
        "conn-fields": {
            "auth_header": _text("Auth Header", "X-AUTH-TOKEN unless your instance asks for another"),
            "database": _text("CRM Database", "Used when sync.yaml names none"),
            "timezone": _text(
                "Server Time Zone", "For example Europe/Prague; used when neither Daktela nor sync.yaml says"
            ),
        },
    }


def _config() -> dict[str, Any]:
    return {
        "description": "Salesforce to Daktela.",
        "options": {
            "mappings_folder": _option(
                "Folder that holds one folder for each sync. A relative path is looked for above the DAG file, then in "
                "this project and in AIRFLOW_HOME; empty means include/mappings.",
                "/opt/airflow/include/mappings",
            ),
            "ledger_conn_id": _option(
                "Connection of type postgres, or of type sqlite with the whole path of a file as host; empty means "
                "SQLite in AIRFLOW_HOME.",
                "ledger",
            ),
            "staging_path": _option(
                "Where part files live: a folder, or any URL that ObjectStoragePath takes; empty means staging in "
                "AIRFLOW_HOME.",
                "s3://aws@parts/",
            ),
            "staging_shared": {
                **_option(
                    "Whether every worker has the folder of staging_path mounted from a shared file system.", "True"
                ),
                "type": "boolean",
                "default": "False",
            },
            "trusted_hosts": _option(
                "Names of hosts, with commas, that get Salesforce credentials although they are not Salesforce's.",
                "localhost",
            ),
            **_messages(),
        },
    }


def _messages() -> dict[str, Any]:
    return {
        "notify_email": _option("Addresses, with commas, that are told what runs leave to be done.", "ops@acme.com"),
        "notify_slack_conn_id": _option(
            "Connection of type slackwebhook whose channel is told the same.", "slack_default"
        ),
        "notify_webhook_conn_id": _option("Connection of type http that gets the same as JSON.", "our_webhook"),
        "notify_on": _option(
            "What is told, with commas; empty means all: rejects, failed, deferred, drift, question, gone, "
            "differences, late.",
            "rejects, failed, question",
        ),
    }


def _option(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "version_added": "1.0.0", "type": "string", "example": example, "default": ""}


def _text(label: str, description: str = "") -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": ["string", "null"]}}


def _secret(label: str, description: str = "") -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": ["string", "null"], "format": "password"}}
