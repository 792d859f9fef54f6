"""A hand-written loop with the official SDK: it looks each record up, then sends POST or PUT."""

from __future__ import annotations

from daktela import DaktelaClient, DaktelaConfig, DaktelaNotFoundException

from benchmarks.contacts import name_of, payload
from benchmarks.sides.side import Order, Watch, run_side


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Write ``rows`` contacts from number ``first`` on."""
    daktela = order["daktela"]
    numbers = range(order["first"], order["first"] + order["rows"])
    with DaktelaClient(DaktelaConfig(url=daktela["url"], access_token=daktela["token"])) as client, watch.running():
        for number in numbers:
            name = name_of(number)
            body = {"database": daktela["database"], **payload(number, order["version"])}
            try:
                client.get_one("contacts", name)
            except DaktelaNotFoundException:
                client.post("contacts", {"name": name, **body})
            else:
                client.put(f"contacts/{name}", body)
    return {"rows": len(numbers)}


if __name__ == "__main__":
    run_side(work)
