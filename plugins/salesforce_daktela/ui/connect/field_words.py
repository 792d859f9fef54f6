"""What stands beside each field of the connections: Daktela's word for it, and where its value comes from. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.ui.connection_fields import Field, System
from salesforce_daktela.ui.wording import Words

ORDER: Mapping[System, tuple[str, ...]] = {
    System.SALESFORCE: (
        "host",
        "login",
        "password",
        "security_token",
        "consumer_key",
        "consumer_secret",
        "private_key",
        "private_key_file_path",
    ),
    System.DAKTELA: ("host", "password"),
}
"""The fields in the order of Daktela's own guide; those that it does not have come last."""

SELDOM: Mapping[System, tuple[str, ...]] = {
    System.SALESFORCE: ("version", "proxies"),
    System.DAKTELA: ("timezone", "auth_header"),
}
"""Fields that hardly anybody fills in."""


def their_word(field: Field, words: Words) -> str:
    """Return what Daktela's guide calls a field of the Salesforce connection, empty where it has no such field."""
    _ = words.gettext
    if field.system is System.DAKTELA:
        return ""
    return {
        "host": _("URI instance"),
        "login": _("User name"),
        "password": _("Password"),
        "security_token": _("Security token"),
        "consumer_key": _("Client ID"),
        "consumer_secret": _("Client secret"),
    }.get(field.name, "")


def field_help(field: Field, words: Words) -> str:
    """Return where a field's value comes from."""
    return (_salesforce if field.system is System.SALESFORCE else _daktela)(words).get(field.name, "")


def _salesforce(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "host": _("Copy it from the browser while you are in Salesforce: any page will do, also one of Setup."),
        "login": _("The user name of the integration user. It looks like an e-mail address, and need not be one."),
        "password": _("With this password the integration user signs in to Salesforce."),
        "security_token": _(
            "Salesforce sends it by e-mail: as the integration user open Settings, then Reset My Security Token. It "
            "changes with the password. Leave it empty if this machine's address is in the org's trusted IP ranges."
        ),
        "consumer_key": _("Of the app in Salesforce, together with the secret below."),
        "consumer_secret": _("Beside the Consumer Key. Salesforce shows it after a code that it sends by e-mail."),
        "private_key": _("The whole PEM text, without a passphrase. Its certificate is the one in the app."),
        "private_key_file_path": _("Instead of the text: a file on every machine that runs a part of Airflow."),
        "version": _("Leave it empty for %(version)s.") % {"version": "67.0"},
        "proxies": _("JSON, for example %(example)s") % {"example": '{"https": "http://proxy.example:3128"}'},
    }


def _daktela(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "host": _("Copy it from the browser while you are in Daktela."),
        "password": _(
            "In Daktela open the detail of the user who is to write the records, and copy its access token. Its "
            "access has to allow everything with contacts, accounts and CRM records."
        ),
        "timezone": _("Only for an instance whose replies do not name it, for example Europe/Prague."),
        "auth_header": _("Leave it empty for X-AUTH-TOKEN."),
    }
