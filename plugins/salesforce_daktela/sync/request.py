"""What one run was asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from salesforce_daktela.errors import ConfigurationError


class RequestError(ConfigurationError):
    """A run is asked for something that no run does, which says nothing about the sync."""


class Mode(StrEnum):
    """How a run chooses what to read."""

    INCREMENTAL = "incremental"
    FULL = "full"
    WINDOW = "window"
    RECORDS = "records"
    REPLAY = "replay"
    PLAN = "plan"
    RECONCILE = "reconcile"
    REPAIR = "repair"


TRIGGERED = tuple(mode for mode in Mode if mode not in (Mode.RECONCILE, Mode.REPAIR))
"""Modes of the DAG that loads; the other two are those of the DAG that compares."""

LOADS, COMPARES = ("mode", "since", "until", "ids", "codes", "mappings"), ("repair", "mappings")
"""The parameters of runs that load, and of those that compare."""

LONGEST_SKIP = timedelta(hours=1)
"""The longest time that a clock skips when summer time begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A checked request. ``mappings`` empty means all of the sync; ``ids`` are 15 or 18 characters long.

    ``codes`` narrow a replay to rejects with one of these reasons.
    """

    mode: Mode = Mode.INCREMENTAL
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[str, ...] = ()
    mappings: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def moves_watermark(self) -> bool:
        """Whether it may move the watermark: only when it reads everything up to its window's end."""
        return self.mode in (Mode.INCREMENTAL, Mode.FULL)

    @property
    def writes(self) -> bool:
        """Whether it may change anything in Daktela or in the ledger."""
        return self.mode not in (Mode.PLAN, Mode.RECONCILE)

    @property
    def reads_on(self) -> bool:
        """Whether it reads from the watermark on, as a scheduled run does."""
        return self.mode in (Mode.INCREMENTAL, Mode.PLAN)

    @property
    def names_records(self) -> bool:
        """Whether it reads records by their Ids, whenever they changed."""
        return self.mode in (Mode.RECORDS, Mode.REPLAY)

    @property
    def compares(self) -> bool:
        """Whether it compares both systems in full: it reads everything, whatever has been read before."""
        return self.mode in (Mode.RECONCILE, Mode.REPAIR)

    def selects(self, mapping: str) -> bool:
        """Whether this run touches the mapping of that name."""
        return not self.mappings or mapping in self.mappings


def parse_request(params: Mapping[str, object], *, known_mappings: tuple[str, ...]) -> RunRequest:
    """Return the request that a trigger form or a REST call's ``conf`` describes.

    Raises ConfigurationError naming the parameter that is not known or contradicts the mode.
    """
    _refuse_unknown(params, LOADS)
    request = RunRequest(
        mode=_mode(params),
        since=_moment("since", params.get("since")),
        until=_moment("until", params.get("until")),
        ids=_words(params.get("ids")),
        mappings=_words(params.get("mappings")),
        codes=_words(params.get("codes")),
    )
    _refuse_contradictions(request, known_mappings)
    return request


def reconcile_request(params: Mapping[str, object], *, known_mappings: tuple[str, ...]) -> RunRequest:
    """Return the request of a run that compares both sides, and repairs them if ``repair`` is set.

    Raises ConfigurationError for an unknown parameter or mapping.
    """
    _refuse_unknown(params, COMPARES)
    mode = Mode.REPAIR if params.get("repair") is True else Mode.RECONCILE
    request = RunRequest(mode=mode, mappings=_words(params.get("mappings")))
    _refuse_contradictions(request, known_mappings)
    return request


def parse_backfill(
    params: Mapping[str, object],
    start: datetime,
    end: datetime,
    *,
    known_mappings: tuple[str, ...],
    timezone: str | None = None,
) -> RunRequest:
    """Return the request of one run of a backfill, which may name mappings: its window is that of its data interval.

    Raises ConfigurationError for anything else that was asked, because the run would do something else.
    """
    _refuse_unknown(params, LOADS)
    mode = _mode(params)
    if mode not in (Mode.INCREMENTAL, Mode.WINDOW):
        said = f"a backfill reads the data interval of each of its runs and writes: it knows no mode {mode}"
        raise _refused("mode", said, "leave the mode as it is, or trigger a run in this mode")
    for name in ("since", "until", "ids", "codes"):
        if params.get(name):
            raise _refused(name, f"a backfill knows no {name}", "leave it empty, or trigger a run")
    request = backfill_request(start, end, _words(params.get("mappings")), timezone=timezone)
    _refuse_contradictions(request, known_mappings)
    return request


def backfill_request(
    start: datetime, end: datetime, mappings: tuple[str, ...] = (), *, timezone: str | None = None
) -> RunRequest:
    """A backfill reads its own data interval again, whatever the watermark says.

    Just after ``timezone`` has skipped an hour, the window begins before that hour: a schedule with several runs in
    it leaves a gap between two data intervals.
    """
    # By the timestamp, because Airflow's moments lose their zone when a plain one is given to them and counted with.
    since, until = (datetime.fromtimestamp(each.timestamp(), UTC) for each in (start, end))
    return RunRequest(mode=Mode.WINDOW, since=since - _skipped_before(since, timezone), until=until, mappings=mappings)


def _skipped_before(moment: datetime, timezone: str | None) -> timedelta:
    """Return how much time the zone's clock skipped in the hour before ``moment``: zero unless summer time began."""
    zone = ZoneInfo(timezone or "UTC")
    before, after = (at.astimezone(zone).utcoffset() for at in (moment - LONGEST_SKIP, moment))
    return max((after or timedelta()) - (before or timedelta()), timedelta())


def _mode(params: Mapping[str, object]) -> Mode:
    named = str(params.get("mode") or Mode.INCREMENTAL)
    if named not in TRIGGERED:
        raise _refused("mode", f"no mode {named}", f"choose from {', '.join(TRIGGERED)}")
    return Mode(named)


def _refuse_unknown(params: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Airflow checks the values of the parameters that it knows, and hands on all others."""
    for name in params:
        if name not in known:
            raise _refused(name, "there is no such parameter", f"choose from {', '.join(known)}")


def _refuse_contradictions(request: RunRequest, known_mappings: tuple[str, ...]) -> None:
    unknown = [name for name in request.mappings if name not in known_mappings]
    if unknown:
        raise _refused("mappings", f"no mapping {', '.join(unknown)}", f"choose from {', '.join(known_mappings)}")
    if request.mode is Mode.RECORDS and not request.ids:
        raise _refused("ids", "mode records needs at least one Id", "give Salesforce Ids, one to a line")
    if request.ids and not request.names_records:
        raise _refused("ids", f"mode {request.mode} reads no single records", "choose mode records or leave ids empty")
    if request.codes and request.mode is not Mode.REPLAY:
        raise _refused("codes", f"mode {request.mode} knows no codes", "choose mode replay or leave codes empty")
    if request.mode is Mode.WINDOW:
        if request.since is None or request.until is None:
            raise _refused("since", "mode window needs since and until", "fill in both, like 2026-03-01T00:00:00Z")
        if request.since >= request.until:
            raise _refused("until", "the window ends before it starts", "give an until later than since")
    elif request.since is not None or request.until is not None:
        raise _refused("since", f"mode {request.mode} knows no since and until", "choose mode window or clear them")


def _refused(parameter: str, what: str, advice: str) -> RequestError:
    return RequestError(what, where=f"run parameter {parameter}", advice=advice)


def _moment(parameter: str, value: object) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError as exc:
            raise _refused(parameter, "not a date and time", "write it like 2026-03-01T00:00:00Z") from exc
    if moment.utcoffset() is None:
        raise _refused(parameter, "no time zone given", "write it like 2026-03-01T00:00:00Z or with +01:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError as exc:
        raise _refused(parameter, "not a date and time", "write it like 2026-03-01T00:00:00Z") from exc


def _words(value: object) -> tuple[str, ...]:
    """Lists from the form, or one text with commas, blanks or lines between; each word once, in order."""
    if value is None:
        return ()
    pieces = value.replace(",", " ").split() if isinstance(value, str) else [str(item) for item in _items(value)]
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
