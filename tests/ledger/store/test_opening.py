"""Opening a ledger: what may be one, what it is told when it cannot be, and what is created once."""

from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import inspect, text, update

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store import versions
from salesforce_daktela.ledger.store.database_errors import is_passing, is_refusal
from salesforce_daktela.ledger.store.tables import settings
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, entry, id_of


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://user:s3cret@host/db", "postgresql://user:s3cret@host:port/db", "oracle+thick://x"],
    ids=["empty", "no address", "another database", "a port that is none", "unknown driver"],
)
def test_an_address_that_is_no_ledger_names_the_setting(url: str) -> None:
    """The address is not shown: whoever cannot parse it cannot tell where its password is."""
    with pytest.raises(ConfigurationError) as caught:
        Ledger.open(url)
    assert str(caught.value).startswith("[salesforce_daktela] ledger_conn_id: the ledger cannot use a database ")
    assert "s3cret" not in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message shows the address, the reason and the setting."""
    url = f"sqlite:///{tmp_path}/missing/ledger.db"
    with pytest.raises(ConfigurationError) as caught:
        Ledger.open(url)
    assert str(caught.value) == (
        f"[salesforce_daktela] ledger_conn_id: the ledger at {url} cannot be opened or written to "
        "(unable to open database file): name a connection to an existing PostgreSQL database whose user may create "
        "tables, or leave it empty and make AIRFLOW_HOME writable"
    )


def test_an_unreachable_server_is_named_without_the_password() -> None:
    """Not in the message, not in what Python prints of the causes. It may be restarting, so the task is tried again."""
    with pytest.raises(TransportError) as caught:
        Ledger.open("postgresql+psycopg2://ledger:s3cret@127.0.0.1:1/ledger?sslpassword=s3cret")
    assert "postgresql+psycopg2://ledger:***@127.0.0.1:1/ledger cannot be reached" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('FATAL:  password authentication failed for user "ledger"', True),
        ('FATAL:  database "ledger" does not exist', True),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "ledger", database "ledger", SSL off', True),
        ("fe_sendauth: no password supplied", True),
        ("FATAL:  the database system is starting up", False),
        ("FATAL:  the database system is shutting down", False),
        ("FATAL:  sorry, too many clients already", False),
        ("Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?", False),
        ("server closed the connection unexpectedly", False),
        ("timeout expired", False),
    ],
    ids=lambda value: value[:45] if isinstance(value, str) else "",
)
def test_a_postgresql_that_cannot_answer_just_now_refuses_nobody(text: str, refused: bool) -> None:
    """A restart or a full house passes; a wrong password or name has to be corrected."""
    said = psycopg2.OperationalError(f'connection to server at "db" (10.0.0.1), port 5432 failed: {text}\n')
    assert is_refusal(said) is refused


class SaidError(Exception):
    """An error as the driver makes it."""

    pgcode = ""


LASTING = ("28000", "28P01", "3D000", "3F000", "42501", "57P04")
PASSING = (
    "08000", "08003", "08006", "08001", "08004", "25006", "25P03", "40001", "40P01", "53000", "53100", "53200", "53300",
    "55006", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "58000", "58030", "72000", "F0000", "XX000",
)  # fmt: skip


@pytest.mark.parametrize("code", [*LASTING, *PASSING])
def test_a_failover_or_a_restart_passes_and_a_missing_right_does_not(code: str) -> None:
    """By PostgreSQL's own codes: each is one or the other, never both."""
    said = SaidError("refused")
    said.pgcode = code
    assert (is_refusal(said), is_passing(said)) == (code in LASTING, code in PASSING)


def test_what_is_wrong_with_a_statement_is_neither() -> None:
    """A mistake of ours is not hidden behind another try."""
    said = SaidError("refused")
    said.pgcode = "42601"
    assert (is_refusal(said), is_passing(said)) == (False, False)


@pytest.mark.heavy
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_takes_no_writes_just_now_is_tried_again(ledger: Ledger) -> None:
    """As after a failover: connections to the former primary are given up, and the next write finds another."""
    with ledger.db.read() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))
        connection.commit()
    with pytest.raises(TransportError, match="read-only transaction"):
        ledger.records.accept(SYNC, MAPPING, [entry(1)])
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Something else lies where the ledger should be."""
    (tmp_path / "ledger.db").write_text("not a database, but long enough to be taken for one " * 20)
    with pytest.raises(ConfigurationError, match="file is not a database"):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db")


def test_a_ledger_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    """Found out before anything is loaded."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    ledger.upgrade()
    ledger.close()
    readonly = Ledger.open(f"sqlite:///file:{tmp_path}/ledger.db?mode=ro&uri=true")
    with pytest.raises(ConfigurationError, match="attempt to write a readonly database"):
        readonly.upgrade()
    readonly.close()


def test_a_database_that_fails_later_is_a_transport_error(ledger: Ledger) -> None:
    """A retry may find it well again."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    if ledger.db.engine.dialect.name == "postgresql":
        broken = text("SELECT pg_terminate_backend(pg_backend_pid())")
    else:
        broken = text("SELECT * FROM nowhere")
    with (
        pytest.raises(TransportError, match="no step was saved in part"),
        ledger.db.read() as connection,
    ):
        connection.execute(broken)
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_upgrading_again_changes_nothing(ledger: Ledger) -> None:
    """Every task does it: records and salt stay."""
    salt = ledger.salt()
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    ledger.upgrade()
    assert ledger.salt() == salt
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_an_older_ledger_takes_each_missing_step_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the program changes the tables with its first task; the next ones find them changed."""
    added = "CREATE TABLE sfd_added (number INTEGER)"
    steps = (*versions.STEPS, lambda connection: connection.execute(text(added)))
    monkeypatch.setattr(versions, "STEPS", steps)
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    ledger.upgrade()
    ledger.upgrade()
    with ledger.db.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sfd_added")).scalar() == 0
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_columns_that_came_later_are_added(ledger: Ledger) -> None:
    """A ledger of the first version keeps what it remembers and gets the columns of this one."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    with ledger.db.write("upgrade") as connection:
        for column in ("winner", "echo", "holder", "held_until"):
            connection.execute(text(f"ALTER TABLE sfd_records DROP COLUMN {column}"))
        connection.execute(update(settings).where(settings.c.key == "schema_version").values(value=b"1"))
    ledger.upgrade()
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}
    ledger.records.accept(SYNC, MAPPING, [entry(2)])


def test_indexes_that_came_later_are_added(ledger: Ledger) -> None:
    """Pages over a large ledger are as quick after an upgrade as over a new one."""
    with ledger.db.write("upgrade") as connection:
        connection.execute(text("DROP INDEX sfd_rejects_open"))
        connection.execute(update(settings).where(settings.c.key == "schema_version").values(value=b"1"))
    ledger.upgrade()
    with ledger.db.read() as connection:
        assert "sfd_rejects_open" in {index["name"] for index in inspect(connection).get_indexes("sfd_rejects")}


def test_a_newer_ledger_is_refused(ledger: Ledger) -> None:
    """An older program would not know what the newer one remembers."""
    with ledger.db.write("upgrade") as connection:
        connection.execute(update(settings).where(settings.c.key == "schema_version").values(value=b"99"))
    with pytest.raises(ConfigurationError) as caught:
        ledger.upgrade()
    assert str(caught.value) == (
        "ledger: this ledger has version 99, the program knows versions up to "
        f"{len(versions.STEPS)}: "
        "run the newest program that has been used with it"
    )


def test_each_ledger_has_its_own_salt(ledger: Ledger, tmp_path: Path) -> None:
    """Hashes of two deployments cannot be compared."""
    other = Ledger.open(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    assert len(ledger.salt()) == len(other.salt()) == 32
    assert ledger.salt() != other.salt()
    other.close()


def test_messages_of_problems_are_not_kept(tmp_path: Path) -> None:
    """A problem's text may quote what it should not; code and field cannot."""
    path = tmp_path / "ledger.db"
    ledger = Ledger.open(f"sqlite:///{path}")
    ledger.upgrade()
    problem = Problem(code="phone_invalid", field="customFields.number", message="QUOTED-VALUE")
    refused = RecordOutcome(id=id_of(1), outcome=Outcome.REJECTED, problems=(problem,))
    ledger.rejects.save(SYNC, MAPPING, "run-1", [refused], START)
    ledger.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"phone_invalid" in content
    assert b"QUOTED-VALUE" not in content
