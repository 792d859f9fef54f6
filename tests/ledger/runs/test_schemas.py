"""Both systems' fields as the last run saw them."""

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.runs.schemas import LastSeen
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema, Side
from tests.ledger.examples import MAPPING, SYNC, at

PICK = SeenField(type="picklist", length=255, required=True, values=("Horký", "Studený"))
SOURCE = SeenSchema(of="Contact", fields={"Rating": PICK, "Name": SeenField(type="string", values=())})
TARGET = SeenSchema(of="contacts of sales", fields={}, complete=False)


def test_nothing_has_been_seen_before_the_first_run(ledger: Ledger) -> None:
    """Absent, so that the first run reports no change."""
    assert ledger.schemas.read(SYNC, MAPPING) == {}


def test_what_was_seen_comes_back_as_it_was(ledger: Ledger) -> None:
    """Fields, values, what was incomplete."""
    ledger.schemas.save(SYNC, MAPPING, {Side.SALESFORCE: SOURCE, Side.DAKTELA: TARGET}, at(0))
    assert ledger.schemas.read(SYNC, MAPPING) == {Side.SALESFORCE: SOURCE, Side.DAKTELA: TARGET}
    assert ledger.schemas.read(SYNC, "accounts") == {}


def test_the_last_run_counts(ledger: Ledger) -> None:
    """Its sides replace those of the run before."""
    ledger.schemas.save(SYNC, MAPPING, {Side.SALESFORCE: SOURCE}, at(0))
    ledger.schemas.save(SYNC, MAPPING, {Side.SALESFORCE: TARGET}, at(1))
    assert ledger.schemas.read(SYNC, MAPPING) == {Side.SALESFORCE: TARGET}


def test_a_watermark_can_be_given_another_mark(ledger: Ledger) -> None:
    """It stays where it is; where there is none, none is made."""
    ledger.watermarks.mark(SYNC, MAPPING, "two")
    assert ledger.watermarks.read(SYNC, MAPPING) is None
    ledger.watermarks.move(SYNC, MAPPING, at(0), "run-1", fingerprint="one")
    ledger.watermarks.mark(SYNC, MAPPING, "two")
    assert (ledger.watermarks.read(SYNC, MAPPING), ledger.watermarks.fingerprint(SYNC, MAPPING)) == (at(0), "two")


def test_all_of_a_sync_is_listed_with_when_it_was_seen(ledger: Ledger) -> None:
    """By mapping and side; other syncs have their own."""
    ledger.schemas.save(SYNC, MAPPING, {Side.SALESFORCE: SOURCE, Side.DAKTELA: TARGET}, at(1))
    ledger.schemas.save("another", MAPPING, {Side.SALESFORCE: TARGET}, at(2))
    assert ledger.schemas.of_sync(SYNC) == {
        MAPPING: {Side.SALESFORCE: LastSeen(schema=SOURCE, at=at(1)), Side.DAKTELA: LastSeen(schema=TARGET, at=at(1))}
    }
