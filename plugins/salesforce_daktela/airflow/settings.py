"""The Airflow config section ``[salesforce_daktela]``: where mappings, ledger and parts live.

The ledger and the staging area are imported when they are opened, so that a DAG file is read without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airflow.configuration import AIRFLOW_HOME

from salesforce_daktela.airflow.releases import conf

if TYPE_CHECKING:
    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.mapping.transforms.definition import Transform
    from salesforce_daktela.staging.store import PartStore
    from salesforce_daktela.steps.run.facts import RunFacts

SECTION = "salesforce_daktela"
PROJECT = Path(__file__).resolve().parents[3]
"""This project's folder, unless the package is installed."""

USUAL = "include/mappings"


def mappings_folder(dag_file: str = "") -> Path:
    """``mappings_folder`` where it is a whole path; a relative one, ``include/mappings`` if empty, is looked for.

    It is taken from the nearest folder above ``dag_file``, which belongs to the same version of a DAG bundle; without
    one from this project, and at last from AIRFLOW_HOME.
    """
    places = mappings_places(dag_file)
    return next((place for place in places if _is_there(place)), places[-1])


def mappings_places(dag_file: str = "") -> list[Path]:
    """Where the mappings folder of a DAG file may be, the first choice first."""
    named = Path(conf.get(SECTION, "mappings_folder", fallback="") or USUAL)
    beside = Path(dag_file).parents if dag_file else ()
    return [place / named for place in (*beside, PROJECT, Path(AIRFLOW_HOME))]


def _is_there(folder: Path) -> bool:
    """A folder that this user may not even look at counts: who reads it is told, and nobody reads another instead."""
    try:
        return folder.is_dir()
    except OSError:
        return True


def transforms_folder(dag_file: str = "") -> Path:
    """``transforms`` beside the mappings folder: the project's own transforms."""
    return mappings_folder(dag_file).parent / "transforms"


def project_transforms(dag_file: str = "") -> dict[str, Transform]:
    """The project's own transforms."""
    from salesforce_daktela.mapping.transforms.registry import load_project_transforms

    return load_project_transforms(transforms_folder(dag_file))


def trusted_hosts() -> frozenset[str]:
    """The hosts beside Salesforce's own that may get Salesforce credentials: none unless an operator names them."""
    from salesforce_daktela.salesforce.wire.address import parse_trusted_hosts

    return parse_trusted_hosts(conf.get(SECTION, "trusted_hosts", fallback=""))


def open_ledger() -> Ledger:
    """The ledger behind ``ledger_conn_id``, upgraded if it has another version."""
    return _upgraded(connect_ledger())


def confirmed_ledger(sync: str, facts: RunFacts) -> Ledger:
    """The ledger for a task after preflight. It has to be the ledger that preflight opened, with the same binding.

    Another ledger is not touched; not even its tables are created. Raises ConfigurationError.
    """
    from salesforce_daktela.steps.preflight.ledger_binding import confirm_ledger, confirm_memory

    ledger = connect_ledger()
    if facts.memory is not None:
        confirm_ledger(ledger, facts.memory)
    _upgraded(ledger)
    confirm_memory(sync, ledger, facts)
    return ledger


def _upgraded(ledger: Ledger) -> Ledger:
    version = ledger.overview.version()
    if version.found != version.known:
        ledger.upgrade()
    return ledger


def ledger_conn_id() -> str:
    """The connection that leads to the ledger; empty for SQLite in AIRFLOW_HOME."""
    return str(conf.get(SECTION, "ledger_conn_id", fallback=""))


def connect_ledger() -> Ledger:
    """The ledger behind ``ledger_conn_id``, not upgraded; SQLite in AIRFLOW_HOME when no connection is named."""
    from salesforce_daktela.airflow.ledger_address import default_ledger, ledger_url
    from salesforce_daktela.ledger.ledger import Ledger

    conn_id = ledger_conn_id()
    return Ledger.open(ledger_url(conn_id, f"[{SECTION}] ledger_conn_id") if conn_id else default_ledger())


def staging_place() -> str:
    """The URL of ``staging_path``: that of a folder, or any that ObjectStoragePath takes."""
    configured = conf.get(SECTION, "staging_path", fallback="") or (Path(AIRFLOW_HOME) / "staging").as_uri()
    return (configured if "://" in configured else Path(configured).absolute().as_uri()).rstrip("/")


def open_staging(place: str = "") -> PartStore:
    """The part files below ``place``, which is ``staging_place`` if empty."""
    from airflow.sdk import ObjectStoragePath
    from fsspec.implementations.local import LocalFileSystem

    from salesforce_daktela.staging.store import PartStore

    path = ObjectStoragePath(place or staging_place())
    # Asked for any file system, Airflow imports those of all providers, boto3 among them. A folder needs none.
    return PartStore(LocalFileSystem() if path.protocol == "file" else path.fs, path.path)
