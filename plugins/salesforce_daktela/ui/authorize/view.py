"""What both ends have said of themselves, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.daktela.wire.rights import Right
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.salesforce.sign_in.oauth import Flow
from salesforce_daktela.steps.setup.ends import InstanceFound, OrgFound
from salesforce_daktela.ui.connection_fields import System, choice_of, fields_to_change, place_of
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line. ``state`` is ``good``, ``bad`` or empty; ``note`` says what to do about it."""

    label: str
    text: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldToChange:
    """A field of the step Connect; ``place`` is where it stands on that page."""

    label: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReply:
    """One end. It has let us in, or ``what`` and ``advice`` say why not, and ``fields`` what to change."""

    system: str
    headline: str
    facts: tuple[Fact, ...] = ()
    what: str = ""
    advice: str = ""
    fields: tuple[FieldToChange, ...] = ()


def show_org(found: OrgFound, words: Words) -> EndReply:
    """Return what a Salesforce org says."""
    _ = words.gettext
    kind = {True: _("Sandbox"), False: _("Production"), None: _("Not told to this user")}[found.sandbox]
    flow, until = _flow(found.flow, words)
    person = f"{found.person} ({found.username})" if found.person else found.username
    facts = [
        Fact(label=_("Organization"), text=found.name or _("Its name is not told to this user")),
        Fact(label=_("Organization Id"), text=found.organization_id),
        Fact(label=_("Kind"), text=f"{kind}, {found.edition}" if found.edition else kind),
        Fact(label=_("Address"), text=found.host),
        Fact(label=_("User"), text=person or _("Not told")),
        Fact(label=_("Sign-in"), text=flow),
        Fact(label=_("Works until"), text=until),
        Fact(label=_("API version"), text=found.version),
        Fact(label=_("Calls left today"), text=_calls(found, words)),
    ]
    headline = _("Signed in to Salesforce")
    return EndReply(system=System.SALESFORCE.value, headline=headline, facts=tuple(facts))


def show_instance(found: InstanceFound, timezone: str, words: Words) -> EndReply:
    """Return what a Daktela instance says. ``timezone`` is that of ``sync.yaml``, empty where it names none."""
    _ = words.gettext
    user = f"{found.title} ({found.user})" if found.title and found.title != found.user else found.user
    facts = [
        Fact(label=_("Address"), text=found.host),
        Fact(label=_("User"), text=user),
        *(_right(entity, right, words) for entity, right in found.rights.items()),
        _timezone(found.timezone or timezone, words),
    ]
    return EndReply(system=System.DAKTELA.value, headline=_("Signed in to Daktela"), facts=tuple(facts))


def show_failure(system: System, trouble: PipelineError, words: Words) -> EndReply:
    """Return why an end did not let us in."""
    _ = words.gettext
    headlines = {
        System.SALESFORCE: _("The sign-in to Salesforce has failed"),
        System.DAKTELA: _("The sign-in to Daktela has failed"),
    }
    places = [FieldToChange(label=field.label, place=place_of(field)) for field in fields_to_change(system, trouble)]
    advice = words.sentence(trouble.advice)
    return EndReply(
        system=system.value,
        headline=headlines[system],
        what=words.sentence(": ".join(text for text in (trouble.where, trouble.what) if text)),
        advice=advice[:1].upper() + advice[1:],
        fields=tuple(places) or (FieldToChange(label=_("Connection"), place=choice_of(system)),),
    )


def _flow(flow: Flow, words: Words) -> tuple[str, str]:
    """The flow's name, and what ends it: no flow has a date that Salesforce tells."""
    _ = words.gettext
    return {
        Flow.CLIENT_CREDENTIALS: (
            _("Client credentials of the app"),
            _("The Consumer Secret is renewed, or the app or its Run As user is deactivated. No date is set."),
        ),
        Flow.JWT_BEARER: (
            _("Private key (JWT)"),
            _("The app's certificate expires: its date is shown in Salesforce at the app."),
        ),
        Flow.PASSWORD: (
            _("User name, password and security token"),
            _(
                "The user's password changes or expires, which also changes the Security Token. New apps have no such "
                "sign-in: an External Client App lasts longer."
            ),
        ),
    }[flow]


def _calls(found: OrgFound, words: Words) -> str:
    _ = words.gettext
    if found.calls_left is None or found.calls_allowed is None:
        return _("Not told to this user")
    numbers = {"left": words.number(found.calls_left), "allowed": words.number(found.calls_allowed)}
    return _("%(left)s of %(allowed)s") % numbers


def _right(entity: Entity, right: Right, words: Words) -> Fact:
    _ = words.gettext
    labels = {
        Entity.ACCOUNTS: _("Right on accounts"),
        Entity.CONTACTS: _("Right on contacts"),
        Entity.CRM_RECORDS: _("Right on CRM records"),
        Entity.CAMPAIGNS_RECORDS: _("Right on records of dial lists"),
    }
    advice = _("Let the access of the token's user allow everything with them in Daktela.")
    if entity.is_dialled and right is not Right.FULL:
        advice = _("Only dial lists need it.")
        told = {Right.NONE: _("None"), Right.PARTIAL: _("Only some"), Right.UNTOLD: _("Not told")}[right]
        return Fact(label=labels[entity], text=told, note=advice)
    text, note, state = {
        Right.FULL: (_("Full"), "", "good"),
        Right.NONE: (_("None"), advice, "bad"),
        Right.PARTIAL: (_("Only some"), _("Whether they suffice shows at the first write.") + " " + advice, "bad"),
        Right.UNTOLD: (_("Not told"), _("Whether they suffice shows at the first write."), ""),
    }[right]
    return Fact(label=labels[entity], text=text, note=note, state=state)


def _timezone(timezone: str, words: Words) -> Fact:
    _ = words.gettext
    label = _("Time zone")
    if timezone:
        return Fact(label=label, text=timezone)
    note = _("Fill in Server Time Zone in the connection, else no time can be written.")
    return Fact(label=label, text=_("Not told"), note=note, state="bad")
