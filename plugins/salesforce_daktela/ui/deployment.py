"""Whether Airflow's DAG of a sync was made from given files, and the request to read the DAG files again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from airflow.dag_processing.bundles.local import LocalDagBundle
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models.dag import DagModel
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.models.dagbundle import DagBundleModel
from airflow.models.errors import ParseImportError
from airflow.utils.file import list_py_file_paths
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.dag_mark import PROBLEMS, deployed_fingerprint
from salesforce_daktela.mapping.problems import one_line

DAG_FILE = "salesforce_to_daktela.py"
SHIPPED = (DAG_FILE, "salesforce_to_daktela_problems.py")
MOST_LINES = 20
OUR_IMPORT = b"salesforce_daktela.airflow"


class State(StrEnum):
    """How a sync's DAG stands to files: there is none, it was made of others, of these, or its files are refused."""

    NONE = "none"
    WAITING = "waiting"
    DEPLOYED = "deployed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What Airflow knows. ``files`` is the fingerprint behind the DAG, None without a mark.

    ``refused`` are the lines of its import errors that name the sync's files.
    """

    dag: bool = False
    paused: bool = False
    files: str | None = None
    refused: tuple[str, ...] = ()

    def state(self, fingerprint: str | None) -> State:
        """How it stands to files of this fingerprint, None for files that make no sync."""
        if self.refused:
            return State.BROKEN
        if not self.dag:
            return State.NONE
        return State.DEPLOYED if fingerprint is not None and self.files == fingerprint else State.WAITING


def read_deployment(session: Session, sync: str) -> Deployment:
    """Return what Airflow's database says of a sync."""
    query = select(DagModel.description, DagModel.is_paused).where(
        DagModel.dag_id == f"{LOADING}{sync}", DagModel.is_stale.is_(False)
    )
    found = session.execute(query).one_or_none()
    refused = _refused(session, sync)
    if found is None:
        return Deployment(refused=refused)
    files = deployed_fingerprint(found.description)
    return Deployment(dag=True, paused=found.is_paused, files=files, refused=refused)


def ask_to_parse(session: Session) -> None:
    """Have the DAG processor read our DAG files at its next turn, within seconds.

    Airflow's own route for that needs a token, which a file without a DAG does not have, and the right to edit every
    DAG of the file: of all syncs. Whoever calls this has checked the right to edit the one sync.
    """
    asked = set(
        session.execute(select(DagPriorityParsingRequest.bundle_name, DagPriorityParsingRequest.relative_fileloc))
    )
    for bundle, file in sorted(_places(session) - {(row[0], row[1]) for row in asked}):
        session.add(DagPriorityParsingRequest(bundle_name=bundle, relative_fileloc=file))


def _places(session: Session) -> set[tuple[str, str]]:
    """Bundle and path of our files: those of our DAGs and of their errors, else the top of any bundle.

    The two that are shipped lie in one folder. A DAG file of another name stands for itself; before it has made a DAG,
    only what is written in it tells that it is ours.
    """
    dags = select(DagModel.bundle_name, DagModel.relative_fileloc).where(
        DagModel.dag_id.startswith(LOADING, autoescape=True), DagModel.relative_fileloc.is_not(None)
    )
    errors = select(ParseImportError.bundle_name, ParseImportError.filename).where(
        _ours(), ParseImportError.bundle_name.is_not(None)
    )
    bundles = select(DagBundleModel.name).where(DagBundleModel.active.is_(True))
    found = {(str(row[0]), str(row[1])) for row in session.execute(dags)}
    seen = found | {(str(row[0]), str(row[1])) for row in session.execute(errors)}
    if not found and not _shipped(seen):
        seen |= _written_for_us()
    seen = seen or {(name, DAG_FILE) for name in session.scalars(bundles)}
    shipped = _shipped(seen)
    return seen | {(bundle, str(file.with_name(name))) for bundle, file in shipped for name in SHIPPED}


def _shipped(places: set[tuple[str, str]]) -> list[tuple[str, PurePosixPath]]:
    return [(bundle, PurePosixPath(file)) for bundle, file in places if PurePosixPath(file).name in SHIPPED]


def _written_for_us() -> set[tuple[str, str]]:
    """DAG files that import this package, in those bundles that are folders of this machine.

    Others, such as a Git repository, would have to be fetched first.
    """
    bundles = [each for each in DagBundlesManager().get_all_dag_bundles() if isinstance(each, LocalDagBundle)]
    return {
        (bundle.name, str(Path(file).relative_to(bundle.path)))
        for bundle in bundles
        for file in list_py_file_paths(bundle.path)
        if _imports_us(Path(file))
    }


def _imports_us(file: Path) -> bool:
    try:
        return OUR_IMPORT in file.read_bytes()
    except OSError:
        return False


def _refused(session: Session, sync: str) -> tuple[str, ...]:
    query = select(ParseImportError.stacktrace).where(_ours())
    named = re.compile(rf"(?:^|[\s/]){re.escape(sync)}/[^\s/]+\.ya?ml\b")
    lines = (line.strip() for text in session.scalars(query) for line in (text or "").splitlines())
    return tuple(one_line(line) for line in lines if named.search(line))[:MOST_LINES]


def _ours() -> ColumnElement[bool]:
    """The import errors of our files: those of the names that are shipped, and those that list mistakes in mappings."""
    named = (ParseImportError.filename.endswith(name, autoescape=True) for name in SHIPPED)
    return or_(*named, ParseImportError.stacktrace.contains(PROBLEMS, autoescape=True))
