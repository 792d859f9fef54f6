"""The program and its verbs. No connection is opened before a verb needs it."""

from __future__ import annotations

import typer

from salesforce_daktela.cli.check import check
from salesforce_daktela.cli.discover import discover
from salesforce_daktela.cli.environment import OpenEnvironment
from salesforce_daktela.cli.explain import explain
from salesforce_daktela.cli.forget import forget
from salesforce_daktela.cli.ledger import ledger_app
from salesforce_daktela.cli.lock import lock
from salesforce_daktela.cli.mapping_tests import try_mappings
from salesforce_daktela.cli.numbers import numbers
from salesforce_daktela.cli.output import spell_out_letters
from salesforce_daktela.cli.plan import plan
from salesforce_daktela.cli.rebind import rebind_memory
from salesforce_daktela.cli.reconcile import reconcile
from salesforce_daktela.cli.rejects import rejects
from salesforce_daktela.cli.replay import replay
from salesforce_daktela.cli.report import report
from salesforce_daktela.cli.reset import reset_memory

app = typer.Typer(
    name="salesforce-daktela",
    help="Salesforce records in a Daktela CRM database: check, look into and mend what the DAGs do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(check)
app.command("test")(try_mappings)
app.command("discover")(discover)
app.command("lock")(lock)
app.command("plan")(plan)
app.command("explain")(explain)
app.command("rejects")(rejects)
app.command("replay")(replay)
app.command("reconcile")(reconcile)
app.command("numbers")(numbers)
app.command("report")(report)
app.command("forget")(forget)
ledger_app.command("rebind")(rebind_memory)
ledger_app.command("reset")(reset_memory)
app.add_typer(ledger_app, name="ledger")


def run(open_environment: OpenEnvironment) -> None:
    """Read the command line and end the process with its exit code; a verb opens the environment when it needs it."""
    spell_out_letters()
    app(obj=open_environment)
