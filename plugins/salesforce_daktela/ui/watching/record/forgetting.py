"""Forgets one record, as `salesforce-daktela forget` does: what it needs to be asked, and its receipt."""

from __future__ import annotations

import json
import logging

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.record.forget import Presence, forget_record, presence
from salesforce_daktela.steps.record.receipt import receipt, refuse_foreign
from salesforce_daktela.ui.outside import daktela, outside, salesforce
from salesforce_daktela.ui.watching.record.facts import Forgotten
from salesforce_daktela.ui.watching.record.reading import present_ledger

log = logging.getLogger(__name__)


def forget(environment: AirflowEnvironment, spec: SyncSpec, id_: str, *, even_if_present: bool) -> Forgotten | None:
    """Remove a record from the ledger and from part files; None where Salesforce has it and nobody insists.

    Raises PipelineError when the ledger belongs to other systems, or while a run is writing the record.
    """
    ledger = present_ledger(environment)
    with outside(), salesforce(spec.salesforce_conn_id) as org, daktela(spec.daktela_conn_id) as instance:
        database = environment.daktela_database(spec.daktela_conn_id)
        refuse_foreign(spec, org, instance, ledger, database=database)
        if not even_if_present and presence(spec, org, id_) is Presence.PRESENT:
            return None
        stores = (environment.staging(), *environment.former_staging())
        removed = forget_record(spec, org, instance, ledger, *stores, id_=id_)
    written = receipt(ledger, id_, [removed])
    log.info("sync %s: a record was forgotten, receipt %s", spec.name, written["digest"])
    return Forgotten(receipt=json.dumps(written, indent=2, default=str), in_daktela=removed.in_daktela)
