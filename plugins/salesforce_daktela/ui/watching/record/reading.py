"""Reads one record: from the ledger at once, and from both systems within one of the few turns."""

from __future__ import annotations

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.record.explain import Explainer
from salesforce_daktela.steps.record.find import find_record, id_in
from salesforce_daktela.steps.record.known import known_record
from salesforce_daktela.ui.outside import daktela, outside, salesforce
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.record.facts import Explained, RecordFacts


def read_record(environment: AirflowEnvironment, spec: SyncSpec, wanted: str) -> RecordFacts:
    """Return what the ledger knows of the record that a text means."""
    if not wanted.strip():
        return RecordFacts(wanted=False)
    id_, trouble = id_in(wanted), ""
    if id_ is None:
        id_, trouble = ask_ledger(environment, lambda ledger: find_record(ledger, spec, wanted))
    if id_ is None:
        return RecordFacts(wanted=True, trouble=trouble)
    known, trouble = ask_ledger(environment, lambda ledger: known_record(ledger, spec, id_))
    return RecordFacts(wanted=True, id=id_, known=known or (), trouble=trouble)


def explain_record(environment: AirflowEnvironment, spec: SyncSpec, id_: str) -> Explained:
    """Return what both systems have of a record. Raises PipelineError as a run's preflight does."""
    ledger = present_ledger(environment)
    with outside(), salesforce(spec.salesforce_conn_id) as org, daktela(spec.daktela_conn_id) as instance:
        explainer = Explainer(
            spec=spec,
            salesforce=org,
            daktela=instance,
            ledger=ledger,
            database=environment.daktela_database(spec.daktela_conn_id),
            transforms=load_project_transforms(environment.transforms_folder()),
        )
        found = tuple(explainer.explain(id_))
        return Explained(id=id_, explanations=found, salesforce=org.instance_url, daktela=instance.settings.url)


def present_ledger(environment: AirflowEnvironment) -> Ledger:
    """Return the ledger. Raises ConfigurationError for one that is not there, or of another version."""
    ledger, trouble = ask_ledger(environment, lambda ledger: ledger)
    if ledger is None:
        what = trouble or "there is no ledger yet: the first run of a sync makes it"
        raise ConfigurationError(what, where="ledger")
    return ledger
