"""What one mapping did in a run, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.drift import Change, ChangeKind, Severity
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.run_report import COMPARISON
from salesforce_daktela.sync.seen_schema import Side
from salesforce_daktela.ui.code_words import words_of_code
from salesforce_daktela.ui.runs.outcomes import outcome_names
from salesforce_daktela.ui.runs.plan_words import Fact, ways_of
from salesforce_daktela.ui.watching.run.facts import RunPageFacts
from salesforce_daktela.ui.watching.run.task_view import TaskGroup, show_tasks
from salesforce_daktela.ui.wording import Words

TONES = {"settled": "active", "planned": "active", "compared": "active", "repaired": "active", "failed": "broken"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number of records with a code and a field of theirs; either may be empty. ``said`` is what the code means."""

    code: str
    field: str
    count: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRecord:
    """A rejected record: its Id, why, and its address in Salesforce, empty where that is not known."""

    id: str
    code: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLines:
    """The plan that was made: its counts, why it asked, and who answered what. Texts may be empty."""

    counts: str
    reasons: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingView:
    """One mapping. ``sum`` adds its outcomes up to what was read; ``adds_up`` is whether they do.

    ``parked`` and ``left_out`` may be empty. ``drift`` are sentences of the product.
    """

    mapping: str
    way: str
    tone: str
    state: str
    sum: str
    adds_up: bool
    numbers: tuple[Fact, ...]
    rejects: tuple[Counted, ...]
    rejected: tuple[NamedRecord, ...]
    differently: tuple[Counted, ...]
    counts: tuple[Counted, ...]
    drift: tuple[str, ...]
    left_out: str
    parked: str
    not_found: tuple[str, ...]
    plan: PlanLines | None
    tasks: tuple[TaskGroup, ...]


def show_mapping(report: Mapping[str, Any], facts: RunPageFacts, words: Words) -> MappingView:
    """Return what a report tells of one mapping."""
    name, compares = str(report["mapping"]), report["kind"] == COMPARISON
    added, adds_up = ("", True) if compares else _sum(report, words)
    return MappingView(
        mapping=one_line(name),
        way=ways_of(facts.spec).get(name, ""),
        tone=TONES.get(str(report["state"]), "waiting"),
        state=_state(str(report["state"]), words),
        sum=added,
        adds_up=adds_up,
        numbers=_numbers(report, facts, words),
        rejects=tuple(
            replace(each, said=words_of_code(each.code, words).what)
            for each in _counted(report.get("rejects", ()), "code", words)
        ),
        rejected=tuple(_named(each) for each in report.get("rejected", ())),
        differently=_counted(report.get("stored_differently", ()), "how", words),
        counts=_kinds(report, words) if compares else (),
        drift=tuple(_drift(change) for change in report["drift"]),
        left_out=", ".join(one_line(str(field)) for field in report["left_out"]),
        parked=_parked(report, facts, words),
        not_found=tuple(one_line(str(id_)) for id_ in report.get("not_found", ())),
        plan=_plan(report, words),
        tasks=show_tasks(name, facts.tasks),
    )


def _sum(report: Mapping[str, Any], words: Words) -> tuple[str, bool]:
    """The outcomes and what was read, as an addition; empty where nothing was loaded and nothing had to be."""
    names, outcomes, read = outcome_names(words), report["outcomes"], int(report["extracted"])
    if not outcomes:
        return "", True
    parts = [f"{words.number(outcomes[each])} {names[each].lower()}" for each in Outcome if outcomes.get(each.value)]
    total = sum(outcomes.values())
    sign = "=" if total == read else "≠"
    return f"{' + '.join(parts)} {sign} " + words.gettext("%(rows)s read") % {"rows": words.number(read)}, total == read


def _state(state: str, words: Words) -> str:
    _ = words.gettext
    named = {
        "settled": _("Settled"),
        "failed": _("Failed"),
        "deferred": _("Deferred by a limit"),
        "declined": _("Declined"),
        "planned": _("Planned only"),
        "compared": _("Compared"),
        "repaired": _("Repaired"),
    }
    return named.get(state, one_line(state))


def _numbers(report: Mapping[str, Any], facts: RunPageFacts, words: Words) -> tuple[Fact, ...]:
    _, zone = words.gettext, facts.zone
    told = []
    if report["kind"] == COMPARISON:
        told += [
            Fact(label=_("Records in Salesforce"), value=words.number(report["salesforce"]), remark=""),
            Fact(label=_("Records in Daktela"), value=words.number(report["daktela"]), remark=""),
        ]
    else:
        told.append(_watermark(report, zone, words))
    told.append(_salesforce(report, words))
    daktela = report["daktela_calls"] if report["kind"] == COMPARISON else report["daktela"]
    told += _daktela(daktela, words)
    if report["started"] and report["finished"]:
        seconds = (_moment(report["finished"]) - _moment(report["started"])).total_seconds()
        told.append(Fact(label=_("Took"), value=words.span(seconds), remark=_("since the run began")))
    return tuple(told)


def _watermark(report: Mapping[str, Any], zone: str, words: Words) -> Fact:
    _ = words.gettext
    before, after = report["watermark_before"], report["watermark"]
    value = words.moment(_moment(after), zone) if after else _("none yet")
    if before == after:
        return Fact(label=_("Watermark"), value=value, remark=_("did not move"))
    was = words.moment(_moment(before), zone) if before else _("none")
    return Fact(label=_("Watermark"), value=value, remark=_("before: %(moment)s") % {"moment": was})


def _salesforce(report: Mapping[str, Any], words: Words) -> Fact:
    _, calls = words.gettext, report["salesforce_calls"]
    left, allowed = report.get("calls_left"), report.get("calls_allowed")
    remarks = _how_fast(report.get("salesforce_traffic"), words)
    if left is not None:
        numbers = {"left": words.number(left), "allowed": words.number(allowed or 0)}
        remarks.append(_("%(left)s of %(allowed)s left for the day") % numbers)
    value = _("not known") if calls is None else words.number(calls)
    return Fact(label=_("Calls to Salesforce"), value=value, remark="; ".join(remarks))


def _daktela(traffic: Mapping[str, Any] | None, words: Words) -> list[Fact]:
    _ = words.gettext
    label = _("Requests to Daktela")
    if traffic is None:
        return [Fact(label=label, value=_("none counted"), remark="")]
    return [Fact(label=label, value=words.number(traffic["calls"]), remark="; ".join(_how_fast(traffic, words)))]


def _how_fast(traffic: Mapping[str, Any] | None, words: Words) -> list[str]:
    _ = words.gettext
    if traffic is None:
        return []
    rate = _("%(rate)s a second") % {"rate": words.number(traffic["rate"])}
    troubles = _("%(throttled)s refused with 429, %(retries)s repeated") % {
        "throttled": words.number(traffic["throttled"]),
        "retries": words.number(traffic["retries"]),
    }
    return [rate, troubles]


def _counted(rows: Any, code: str, words: Words) -> tuple[Counted, ...]:
    return tuple(
        Counted(code=one_line(str(row[code])), field=one_line(str(row["field"])), count=words.number(row["count"]))
        for row in rows
    )


def _kinds(report: Mapping[str, Any], words: Words) -> tuple[Counted, ...]:
    found = [(kind, "", count) for kind, count in report["counts"].items()]
    done = [(what, words.gettext("repair"), count) for what, count in report["repaired"].items()]
    return tuple(Counted(code=code, field=field, count=words.number(count)) for code, field, count in found + done)


def _named(rejected: Mapping[str, Any]) -> NamedRecord:
    link = str(rejected.get("link", ""))
    return NamedRecord(
        id=one_line(str(rejected["id"])),
        code=one_line(str(rejected["code"])),
        link=link if link.startswith("https://") else "",
    )


def _drift(change: Mapping[str, Any]) -> str:
    told = Change(
        **{
            **change,
            "side": Side(change["side"]),
            "kind": ChangeKind(change["kind"]),
            "severity": Severity(change["severity"]),
        }
    )
    return one_line(str(told))


def _parked(report: Mapping[str, Any], facts: RunPageFacts, words: Words) -> str:
    if not report.get("waiting"):
        return ""
    since = words.moment(_moment(report["waiting_since"]), facts.zone) if report["waiting_since"] else ""
    return words.ngettext(
        "%(num)s record waits for its parent, since %(since)s",
        "%(num)s records wait for parents, the first since %(since)s",
        report["waiting"],
    ) % {"num": words.number(report["waiting"]), "since": since}


def _plan(report: Mapping[str, Any], words: Words) -> PlanLines | None:
    plan = report.get("plan")
    reasons = (plan or {}).get("reasons") or (plan or {}).get("would_ask") or report.get("reasons") or ()
    answer = _answer(report.get("approval"), words)
    if plan is None and not reasons and not answer:
        return None
    names = outcome_names(words)
    counted = (plan or {}).get("counts") or {}
    shown = [f"{words.number(counted[each])} {names[each].lower()}" for each in Outcome if counted.get(each.value)]
    return PlanLines(
        counts=", ".join(shown),
        reasons=tuple(one_line(str(reason)) for reason in reasons),
        answer=answer,
    )


def _answer(approval: Mapping[str, Any] | None, words: Words) -> str:
    if approval is None:
        return ""
    _ = words.gettext
    said = _("%(person)s agreed.") if approval["approved"] else _("%(person)s declined.")
    return said % {"person": one_line(str(approval["by"]))}


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
