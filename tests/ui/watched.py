"""A sync with a history: in Airflow's database and in a ledger, for the pages that watch it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from salesforce_daktela.airflow.dag_mark import describe_sync
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState, RunTotals, Waiting
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.run_report import counted_report

LOADING = "salesforce_to_daktela__"
COMPARING = "reconcile__"
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
PREFIXES = {"accounts": "001", "contacts": "003", "leads": "00Q", "opportunities": "006"}
REASONS = (
    Problem(code="phone_invalid", field="customFields.number"),
    Problem(code="required_empty", field="title"),
    Problem(code="daktela_refused"),
)
NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "<script>document.title=1</script>"
ASKING = "manual__asking"

PLAN = MappingPlan(
    mapping="contacts",
    counts={"created": 4, "updated": 2, "unchanged": 90},
    removals=12,
    changed_fields={"title": 2},
    sampled=2,
    sample=None,
    planned=None,
    daktela_calls=18,
    salesforce_calls=3,
    reasons=("12 records would be marked or deleted, max_removals allows 10",),
)


def id_of(mapping: str, number: int) -> str:
    """A Salesforce Id of one of the mappings."""
    return f"{PREFIXES[mapping]}{number:012d}AAA"


def run_of(number: int) -> str:
    """The id of a run as the scheduler makes it; run 0 is the latest."""
    return f"scheduled__{(NOW - timedelta(hours=number)).isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What ``seed`` has made."""

    sync: str
    ledger: Ledger


def remember(ledger: Ledger, sync: str, *, runs: int = 12, rejected: int = 60, parked: int = 30) -> Seeded:
    """Give a sync a past in the ledger: runs of all its mappings, open rejects, waiting children, watermarks."""
    for number in reversed(range(runs)):
        for mapping in MAPPINGS:
            totals = totals_of(sync, mapping, number)
            ledger.totals.save_run(totals, _report(totals))
    for place, mapping in enumerate(MAPPINGS):
        ids = [id_of(mapping, number) for number in range(rejected // len(MAPPINGS) + 20)]
        ledger.records.accept(sync, mapping, [_entry(mapping, number) for number in range(20)])
        refused = [
            RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(REASONS[number % len(REASONS)],))
            for number, id_ in enumerate(ids[20:])
        ]
        ledger.rejects.save(sync, mapping, run_of(place), refused, NOW - timedelta(hours=place))
        ledger.watermarks.move(sync, mapping, NOW - timedelta(hours=place), run_of(place), fingerprint="f")
    waits = [
        Waiting(
            id=id_of("contacts", 1000 + number), parent_mapping="accounts", parent_id=id_of("accounts", 20 + number)
        )
        for number in range(parked)
    ]
    ledger.parking.park(sync, "contacts", waits, NOW - timedelta(days=2))
    return Seeded(sync=sync, ledger=ledger)


def totals_of(sync: str, mapping: str, number: int) -> RunTotals:
    """What a mapping has done in a run; in run 1 ``contacts`` failed, run 5 was stopped by a limit."""
    counts = {"created": 40 - number, "updated": 15, "unchanged": 300 + 20 * number, "rejected": number % 3}
    ended = NOW - timedelta(hours=number)
    state = "failed" if number == 1 and mapping == "contacts" else "deferred" if number == 5 else "settled"
    counts = {} if state == "deferred" else {outcome: count for outcome, count in counts.items() if count}
    return RunTotals(
        sync=sync,
        run_id=run_of(number),
        mapping=mapping,
        mode="incremental",
        since=ended - timedelta(hours=1),
        until=ended,
        extracted=sum(counts.values()),
        counts=counts,
        notes={},
        state=state,
        started=ended - timedelta(minutes=5),
        finished=ended,
        calls=7,
    )


def _report(totals: RunTotals) -> dict[str, Any]:
    """What the run told of limits; the run before the last has found a changed schema."""
    change = {"mapping": totals.mapping, "side": "salesforce", "field": "Industry", "kind": "values_added"}
    drift = [{**change, "severity": "warning", "was": None, "now": "Mining"}] if totals.run_id == run_of(1) else []
    return {
        **counted_report(asdict(totals)),
        "calls_left": 84_000,
        "calls_allowed": 100_000,
        "daktela": {"calls": 120, "throttled": 1, "retries": 2, "rate": 8.5},
        "drift": drift,
    }


def _entry(mapping: str, number: int) -> RecordEntry:
    return RecordEntry(
        id=id_of(mapping, number),
        name=f"sf_{mapping}_{number}",
        state=RecordState.LIVE,
        digest=b"0" * 16,
        stamp=NOW - timedelta(hours=1),
        read_at=NOW,
        extraction="e",
        outcome="created",
        adopted=False,
        written_at=NOW,
    )


def deploy(folder: Path, *, paused: bool = False) -> None:
    """Make the DAGs of a sync folder known to Airflow."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    with create_session() as session:
        session.merge(DagBundleModel(name="dags-folder"))
        session.flush()
        for prefix in (LOADING, COMPARING):
            dag = DagModel(dag_id=f"{prefix}{folder.name}", bundle_name="dags-folder", is_paused=paused, is_stale=False)
            dag.max_active_tasks, dag.has_task_concurrency_limits = 16, False
            dag.next_dagrun_create_after = NOW + timedelta(hours=1)
            dag.description = describe_sync(load_sync(folder)) if prefix == LOADING else ""
            session.merge(dag)


def add_run(dag_id: str, run_id: str, state: str, *, at: datetime = NOW) -> None:
    """Add a run of a DAG."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState

    kind = run_id.partition("__")[0]
    with create_session() as session:
        session.add(DagRun(dag_id=dag_id, run_id=run_id, run_type=kind, state=DagRunState(state), run_after=at))


def add_task(dag_id: str, run_id: str, task_id: str, state: str, **left: Any) -> None:
    """Add a task of a run, with values that it has left under keys."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import insert, select

    of = {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "map_index": -1}
    with create_session() as session:
        run = session.scalars(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)).one()
        session.execute(insert(TaskInstance).values(**of, state=state, pool="default_pool", pool_slots=1))
        for key, value in left.items():
            session.add(XComModel(dag_run_id=run.id, key=key, value=value, **of))


def ask_for_approval(
    dag_id: str,
    run_id: str,
    mapping: str,
    plan: MappingPlan,
    *,
    answer: Mapping[str, Any] | None = None,
    left: Mapping[str, Any] | None = None,
    repairs: bool = False,
) -> None:
    """Let a run ask before it writes; ``answer`` has ``chosen`` and ``by`` when somebody has answered.

    ``left`` takes the place of the plan as JSON; ``repairs`` is whether a comparison asks before it repairs.
    """
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    task, key = ("compare", "plan") if repairs else ("plan", "return_value")
    add_task(dag_id, run_id, f"{mapping}.{task}", "success", **{key: plan.to_dict() if left is None else left})
    task_id = f"{mapping}.approve"
    add_task(dag_id, run_id, task_id, "awaiting_input" if answer is None else "success")
    told: dict[str, Any] = {
        "subject": f"{mapping}: write this?",
        "body": plan.table(),
        "options": ["Write it", "Write nothing"],
    }
    with create_session() as session:
        query = select(TaskInstance.id).where(
            TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id == task_id
        )
        told.update(defaults=None, multiple=False, params={}, assignees=[])
        detail = HITLDetail(ti_id=session.scalars(query).one(), created_at=NOW - timedelta(hours=3), **told)
        if answer is not None:
            detail.responded_at = NOW - timedelta(hours=2)
            detail.responded_by = {"id": answer["by"], "name": answer["by"]}
            detail.chosen_options = [answer["chosen"]]
        session.add(detail)


def forget_airflow() -> None:
    """Empty what the functions above have written to Airflow's database."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        for model in (HITLDetail, XComModel, TaskInstance, DagRun, DagModel):
            session.execute(delete(model))
