"""A large import, from the text of its file to the last unit on the shelf: how long, and in how much memory."""

import resource
import time
from dataclasses import dataclass

from fulfillment.proof.bench.world import World
from kameng.lib import clock, ids
from shop.catalog.models import Sku
from shop.inventory import tables
from shop.inventory.by_parts import begin, take_next
from shop.inventory.intake import preview
from shop.inventory.models import StockUnit


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds until it was previewed, until it was confirmed, and until all was for sale; MiB this process had at most."""

    lines: int
    preview: float
    confirm: float
    done: float
    memory: float


def take_in(world: World, lines: int) -> Taken:
    """Import so many secrets of 20 characters, one in a hundred of them twice."""
    sku = Sku.objects.select_related("listing__merchant").get(pk=world.sku_id)
    before = StockUnit.objects.filter(sku=sku).count()
    codes = [ids.reference()[:20].upper() for _ in range(lines - lines // 100)]
    text = "\n".join([*codes, *codes[: lines // 100]])
    start = time.monotonic()
    candidates = tables.candidates(tables.read(text, tables.LINES), tables.Layout())
    found = preview(sku=sku, candidates=candidates)
    looked = time.monotonic() - start
    intake = begin(sku=sku, candidates=candidates, source="bench", user=None, now=clock.now())
    confirmed = time.monotonic() - start
    while take_next(intake_id=intake.pk, now=clock.now()):
        pass
    done = time.monotonic() - start
    if StockUnit.objects.filter(sku=sku).count() != before + len(found.secrets):
        raise RuntimeError("the import of the benchmark is not complete")
    return Taken(lines, looked, confirmed, done, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
