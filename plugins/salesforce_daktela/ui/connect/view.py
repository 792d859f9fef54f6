"""The forms of the two connections, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.ui.connect.facts import ConnectionFacts, EndFacts, Source
from salesforce_daktela.ui.connect.field_words import ORDER, SELDOM, field_help, their_word
from salesforce_daktela.ui.connection_fields import Field, System, field_of
from salesforce_daktela.ui.wording import Words


class SignIn(StrEnum):
    """How to sign in to Salesforce: each way has fields of its own."""

    APP = "app"
    PASSWORD = "password"  # noqa: S105 a way's name
    KEY = "key"


NEEDED: dict[SignIn, tuple[str, ...]] = {
    SignIn.APP: ("host", "consumer_key", "consumer_secret"),
    SignIn.PASSWORD: ("host", "login", "password", "consumer_key", "consumer_secret"),
    SignIn.KEY: ("host", "login", "consumer_key"),
}
OFFERED: dict[SignIn, tuple[str, ...]] = {
    SignIn.APP: NEEDED[SignIn.APP],
    SignIn.PASSWORD: (*NEEDED[SignIn.PASSWORD], "security_token"),
    SignIn.KEY: (*NEEDED[SignIn.KEY], "private_key", "private_key_file_path"),
}
ANY_WAY = ("version", "proxies")
DAKTELA_NEEDED = ("host", "password")
NEW = ""
"""The Id of the connection that is not there yet, in addresses and in the list of choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field. ``ways`` are the ways to sign in that have it, ``needed`` those that cannot do without it.

    ``theirs`` is Daktela's word where it has another one. ``stored`` is whether a secret has a value.
    """

    name: str
    label: str
    theirs: str
    help: str
    example: str
    own: bool
    secret: bool
    long: bool
    stored: bool
    value: str
    ways: str
    needed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A connection to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """A way to sign in."""

    value: str
    label: str
    help: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A field of a connection that is not edited here, with what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndView:
    """One end. ``exists`` is whether the form changes a connection or makes one; without ``fields`` there is no form.

    ``note`` says where a connection comes from that is not edited here, and ``said`` what is in it.
    """

    system: str
    title: str
    conn_id: str
    exists: bool
    options: tuple[Option, ...]
    note: str
    trouble: str
    said: tuple[Said, ...]
    ways: tuple[SignInView, ...]
    fields: tuple[FieldView, ...]
    seldom: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectView:
    """The page. ``may`` is whether the person may see and write connections; ``version`` is that of the draft."""

    version: int
    may: bool
    ends: tuple[EndView, ...]


def show_connect(version: int, ends: Iterable[EndFacts], *, sync: str, may: bool, words: Words) -> ConnectView:
    """Return the page for what was read."""
    return ConnectView(version=version, may=may, ends=tuple(_end(end, sync, may, words) for end in ends))


def sign_in_of(values: Iterable[str]) -> SignIn:
    """Return the way to sign in that fits the filled-in fields, as the sign-in itself chooses it."""
    filled = set(values)
    if filled & {"private_key", "private_key_file_path"}:
        return SignIn.KEY
    return SignIn.PASSWORD if filled & {"login", "password", "security_token"} else SignIn.APP


def _end(end: EndFacts, sync: str, may: bool, words: Words) -> EndView:
    chosen = end.chosen or ConnectionFacts(conn_id=_free_id(end, sync), source=Source.NOWHERE)
    form = may and (chosen.editable or chosen.source is Source.NOWHERE)
    return EndView(
        system=end.system.value,
        title={System.SALESFORCE: "Salesforce", System.DAKTELA: "Daktela"}[end.system],
        conn_id=chosen.conn_id,
        exists=chosen.source is not Source.NOWHERE,
        options=_options(end, chosen, words),
        note=_note(end.system, chosen, may, words),
        trouble=chosen.trouble,
        said=() if form or not may else _said(end.system, chosen, words),
        ways=_sign_ins(chosen, words) if form and end.system is System.SALESFORCE else (),
        fields=_fields(end.system, ORDER, chosen, words) if form else (),
        seldom=_fields(end.system, SELDOM, chosen, words) if form else (),
    )


def _free_id(end: EndFacts, sync: str) -> str:
    """An Id for a new connection that no known one has."""
    names = [f"{end.system}_{sync}", *(f"{end.system}_{sync}_{number}" for number in range(2, 1000))]
    return next(name for name in names if name not in end.known)


def _options(end: EndFacts, chosen: ConnectionFacts, words: Words) -> tuple[Option, ...]:
    _ = words.gettext
    known = dict(end.known)
    if chosen.source is not Source.NOWHERE:
        known.setdefault(chosen.conn_id, chosen.source)
    places = {Source.ENVIRONMENT: _("from the environment"), Source.BACKEND: _("from a secrets backend")}
    found = [
        Option(
            value=conn_id,
            label=f"{conn_id} ({places[source]})" if source in places else conn_id,
            chosen=conn_id == chosen.conn_id,
        )
        for conn_id, source in sorted(known.items())
    ]
    new = chosen.conn_id not in known
    return (*found, Option(value=NEW, label=_("New connection"), chosen=new))


def _note(system: System, chosen: ConnectionFacts, may: bool, words: Words) -> str:
    _ = words.gettext
    if not may:
        return _("To see it or to change it you need the right to edit connections.")
    if chosen.source is not Source.NOWHERE and chosen.conn_type != system.value:
        return _("This connection is of type %(type)s. Choose another one.") % {"type": chosen.conn_type}
    if chosen.source is Source.ENVIRONMENT:
        name = f"AIRFLOW_CONN_{chosen.conn_id.upper()}"
        return _("It comes from the environment variable %(name)s, and is changed there.") % {"name": name}
    if chosen.source is Source.BACKEND:
        return _("It comes from a secrets backend, and is changed there.")
    if chosen.source is Source.DATABASE and not chosen.editable:
        return _("To see it or to change it you need the right to edit connections.")
    return ""


def _said(system: System, chosen: ConnectionFacts, words: Words) -> tuple[Said, ...]:
    _ = words.gettext
    if chosen.source is Source.DATABASE and not chosen.editable:
        return ()
    texts = {**dict.fromkeys(chosen.stored, _("is set, and not shown")), **chosen.values}
    names = [name for name in (*ORDER[system], *SELDOM[system]) if name in texts]
    return tuple(Said(label=field_of(system, name).label, text=texts[name]) for name in names)


def _sign_ins(chosen: ConnectionFacts, words: Words) -> tuple[SignInView, ...]:
    _ = words.gettext
    present = sign_in_of({*chosen.values, *chosen.stored})
    said = {
        SignIn.APP: (
            _("External Client App"),
            _("Signs in as the app's own user. No person's password is stored. Choose this one for a new app."),
        ),
        SignIn.PASSWORD: (
            _("User name and password"),
            _("As in Daktela's guide. Needs a Connected App that is there already: new ones have no such sign-in."),
        ),
        SignIn.KEY: (_("Private key"), _("Signs in as a user with a certificate (JWT). No password is stored.")),
    }
    return tuple(
        SignInView(value=way.value, label=label, help=text, chosen=way is present)
        for way, (label, text) in said.items()
    )


def _fields(
    system: System, names: Mapping[System, tuple[str, ...]], chosen: ConnectionFacts, words: Words
) -> tuple[FieldView, ...]:
    return tuple(_field(field_of(system, name), chosen, words) for name in names[system])


def _field(field: Field, chosen: ConnectionFacts, words: Words) -> FieldView:
    return FieldView(
        name=field.name,
        label=field.label,
        theirs=their_word(field, words),
        help=field_help(field, words),
        example=field.example if field.name in ("host", "login") else "",
        own=field.own,
        secret=field.secret,
        long=field.name == "private_key",
        stored=field.name in chosen.stored,
        value=chosen.values.get(field.name, ""),
        ways=_fitting(field, OFFERED),
        needed=_fitting(field, NEEDED),
    )


def _fitting(field: Field, table: dict[SignIn, tuple[str, ...]]) -> str:
    """The ways by their values with blanks between them; ``any`` for a field of every way."""
    if field.system is System.DAKTELA:
        needed = field.name in DAKTELA_NEEDED
        return "any" if table is OFFERED or needed else ""
    if field.name in ANY_WAY:
        return "any" if table is OFFERED else ""
    return " ".join(way.value for way in SignIn if field.name in table[way])
