import json
import statistics
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fulfillment.proof.bench import pgbench
from fulfillment.proof.bench.clients import run
from fulfillment.proof.bench.intake import take_in
from fulfillment.proof.bench.sale import Floor, Shop
from fulfillment.proof.bench.world import World, build, restock
from kameng.lib import clock
from shop.catalog.models import Sku

SPARE = 20_000
# Long enough that starting the clients is nothing beside it.
FILLING = 60.0

Turn = dict[str, float]


class Command(BaseCommand):
    help = (
        "sale: sales a second against a bare-ORM floor and against pgbench, alternating. intake: how long a large import takes"
        " and in how much memory. On an empty PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["sale", "intake"])
        parser.add_argument("--lines", type=int, default=100_000, help="of the import")
        parser.add_argument("--clients", type=int, default=8)
        parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument("--decline", type=int, default=0, metavar="SALES", help="measure again after so many sales")
        parser.add_argument("--json", type=Path, help="write the figures there, too")

    def handle(self, *_: Any, clients: int, seconds: float, rounds: int, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("PostgreSQL is the reference: set DATABASE_URL to an empty database.")
        call_command("migrate", verbosity=0)
        if Sku.objects.exists():
            raise CommandError("This database is not empty; a benchmark leaves its rows behind.")
        if options["what"] == "intake":
            return self._intake(options["lines"])
        world = build(units=SPARE * 2, now=clock.now())
        turns = [self._turn(world, clients, seconds) for _ in range(rounds)]
        figures: dict[str, Any] = {"clients": clients, "seconds": seconds, "turns": turns}
        figures["to floor"] = self._ratio(turns, "shop", "floor")
        figures["to pgbench"] = self._ratio(turns, "shop", "pgbench")
        if options["decline"]:
            figures["decline"] = self._decline(world, turns, options["decline"], clients=clients, seconds=seconds)
        self._report(figures)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))

    def _intake(self, lines: int) -> None:
        taken = take_in(build(units=0, now=clock.now()), lines)
        self.stdout.write(
            f"{taken.lines} lines: previewed after {taken.preview:.1f} s, confirmed after {taken.confirm:.1f} s,"
            f" for sale after {taken.done:.1f} s; {taken.memory:.0f} MiB at most"
        )

    def _turn(self, world: World, clients: int, seconds: float) -> Turn:
        self._refill(world)
        shop = run(Shop, world, clients=clients, seconds=seconds).per_second
        floor = run(Floor, world, clients=clients, seconds=seconds).per_second
        raw = pgbench.rate(clients=clients, seconds=max(1, round(seconds)), units=round(4_000 * seconds) + SPARE)
        self.stdout.write(f"shop {shop:7.1f}/s   floor {floor:7.1f}/s   pgbench {raw:8.1f}/s")
        return {"shop": shop, "floor": floor, "pgbench": raw}

    def _refill(self, world: World) -> None:
        sku = Sku.objects.select_related("listing__merchant").get(pk=world.sku_id)
        free = sku.units.filter(status="AVAILABLE").count()
        if free < SPARE:
            restock(sku, SPARE, clock.now())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _ratio(self, turns: list[Turn], a: str, b: str) -> dict[str, float]:
        ratios = [turn[a] / turn[b] for turn in turns]
        return {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios)}

    def _decline(self, world: World, before: list[Turn], sales: int, *, clients: int, seconds: float) -> dict[str, float]:
        """As many turns again after so many sales of the one SKU; the raw sale, on new tables, shows the machine's drift."""
        sku = Sku.objects.select_related("listing__merchant").get(pk=world.sku_id)
        restock(sku, sales + SPARE, clock.now())
        done = 0
        while done < sales:
            done += run(Shop, world, clients=clients, seconds=FILLING).done
            self.stdout.write(f"sold {done} of {sales}")
        after = [self._turn(world, clients, seconds) for _ in before]
        return {
            "sales": done,
            "before": _median(before, "shop"),
            "after": _median(after, "shop"),
            "decline": 1 - _median(after, "shop") / _median(before, "shop"),
            "decline of the raw sale": 1 - _median(after, "pgbench") / _median(before, "pgbench"),
        }

    def _report(self, figures: dict[str, Any]) -> None:
        for name in ("to floor", "to pgbench"):
            ratio = figures[name]
            self.stdout.write(f"{name:12} median {ratio['median']:.3f} (from {ratio['min']:.3f} to {ratio['max']:.3f})")
        if "decline" in figures:
            self.stdout.write(f"decline      {json.dumps(figures['decline'])}")


def _median(turns: list[Turn], what: str) -> float:
    return statistics.median(turn[what] for turn in turns)
