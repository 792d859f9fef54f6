"""What stands around the tables of ``docs/failures.cs.md``; the tables are in the words of the pages inside Airflow."""

from __future__ import annotations

from salesforce_daktela.sync.codes import Severity
from salesforce_daktela.sync.failures_page import Frame, failures_page
from salesforce_daktela.ui.wording import Language, words_in

CZECH = Frame(
    beginning="""\
# Všechny kódy, a co s nimi

Věty na této stránce jsou tytéž, jaké ukazují stránky v Airflow. Vznikají ze společného seznamu kódů.

Záznam, který nejde nahrát, je **odmítnutý**: eviduje se s kódem a s polem Daktely, kterého se to týká, pokud je
známo. Další běhy ho zkoušejí znovu, nejdřív za čtvrt hodiny a pak po přestávkách, které se zdvojnásobují až na den, a
jakmile je napravený nebo zmizí, uzavřou ho. Vypíše je stránka Odmítnuté záznamy a příkaz `salesforce-daktela rejects`;
stránka i příkaz `salesforce-daktela replay` je zkusí znovu hned. Název, který Daktela nepřijme (`daktela_refused`
u pole `name`), se zkouší jen jednou za měsíc, protože po každém pokusu tam může zůstat objekt s jiným názvem.

Běh je kvůli odmítnutým záznamům červený, když jich přibude víc, než dovoluje `reject_above`, nebo když mají kód
`vanished`. Všechny ostatní záznamy jsou v tu chvíli nahrané, takže není co spouštět znovu. Po krátkém výpadku Daktely
může pár záznamů zůstat s kódem `daktela_failed`: podpoře patří jen ty, u kterých se kód vrací.

Žádný kód, pole ani hlášení neobsahuje hodnotu ze záznamu.
""",
    headings={
        Severity.RECORD: "Odmítnuté: je třeba opravit záznam",
        Severity.MAPPING: "Odmítnuté: je třeba opravit mapování nebo nastavení",
        Severity.SYSTEM: "Odmítnuté: chyba není v záznamu",
    },
    waiting="""\
## Proč záznam čeká na nadřazený záznam

Záznam, jehož nadřazený záznam v Daktele není, **čeká**: nahraje ho první běh poté, co nadřazený dorazí. Stránka Čeká je
dělí podle toho, co je s nadřazeným záznamem:
""",
    keeping="""\
## Proč byl objekt ponechán

Když záznam zůstal v Daktele z jiného důvodu, než jaký mu určuje mapování, řekne to jeho stránka a zpráva o běhu takové
záznamy spočítá:
""",
    columns=("kód", "co se stalo", "co s tím"),
)


def czech_failures() -> str:
    """Return the page in Markdown."""
    return failures_page(CZECH, words_in(Language.CZECH).gettext)
