"""Merchants' stock: imports at once and by parts, pieces, withdrawals, other fields; and the installation's keys."""

import base64
from contextlib import suppress

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from kameng.lib.inputs.specs import load
from kameng.lib.transitions import Refused
from shop.catalog.asking import ask, mark
from shop.catalog.models import Sku
from shop.inventory.by_parts import begin
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch, Capacity, UnitStatus
from shop.inventory.pieces import put
from shop.inventory.rotate import rotate, sealed_models, stale
from shop.inventory.withdraw import withdraw_batch
from tests.proof.machine.world import COUNTED, DONE, ROLE, STOCKED, World

counts = st.sampled_from([1, 1, 2, 3])


class Stocking(World):
    """What merchants bring in and take away, and what becomes of how it is sealed."""

    @rule(what=st.sampled_from(STOCKED), count=counts)
    def take_in(self, what: int, count: int) -> None:
        codes = self.new_codes(count)
        batch = import_batch(sku=self.skus[what], secrets=codes, source="a machine", user=None, now=self.now)
        assert batch.new == count

    @rule(what=st.sampled_from(STOCKED), count=counts)
    def begin_an_import(self, what: int, count: int) -> None:
        """Two lines at a time from here on; one line is there twice."""
        codes = self.new_codes(count + 2)
        intake = begin(sku=self.skus[what], candidates=[*codes, codes[0]], source="parts", user=None, now=self.now)
        assert (intake.lines, intake.batch.repeated) == (count + 2, 1)
        World.did["import by parts"] += 1

    @rule(what=st.sampled_from(STOCKED), running=st.booleans())
    def withdraw(self, what: int, running: bool) -> None:
        """The newest batch that brought something, or one that is still coming in."""
        batches = Batch.objects.filter(sku=self.skus[what])
        wanted = batches.filter(intake__ended_at=None, intake__isnull=False) if running else batches.filter(new__gt=0)
        newest = wanted.order_by("-pk").first()
        if newest:
            self.tried("withdraw", lambda: withdraw_batch(batch_id=newest.pk, actor="a machine", now=self.now))
            assert not newest.units.filter(status=UnitStatus.AVAILABLE).exists()

    @rule(what=st.sampled_from(COUNTED), pieces=st.sampled_from([1, 3, 5, -1, -3]))
    def count_pieces(self, what: int, pieces: int) -> None:
        """More come to the shelf, or some are taken off it, though unpaid orders may want them."""
        sku = self.skus[what]
        may = Capacity.objects.get(sku=sku).free + pieces >= 0
        self.tried("count pieces", lambda: put(sku=sku, pieces=pieces, actor="a machine", now=self.now), if_=may)

    @rule()
    def ask_for_something_else(self) -> None:
        """From now on; orders that were placed keep where they go."""
        sku = Sku.objects.get(pk=self.skus[DONE].pk)
        other = "role" if sku.asks[0].key != "role" else "player"
        ask(sku_id=sku.pk, fields=load([ROLE | {"key": other}]), seen=mark(sku.recipient_fields))
        with suppress(Refused):
            ask(sku_id=sku.pk, fields=(), seen=mark(sku.recipient_fields))
            raise AssertionError("changed though somebody else changed it meanwhile")

    @rule(which=st.integers(0, 9), all_of_it=st.sampled_from([False, False, True]))
    def seal_with_another_key(self, which: int, all_of_it: bool) -> None:
        """A part is sealed anew, the rest at another time; or everything, and then the old keys are thrown away."""
        name = next(self.numbers)
        new = f"m{name}:" + base64.urlsafe_b64encode(name.to_bytes(32, "big")).decode()
        settings.SECRETS_KEYS = f"{new},{settings.SECRETS_KEYS}"
        models = sealed_models()
        for model in models if all_of_it else [models[which % len(models)]]:
            assert rotate(model=model).broken == []
            assert not stale(model).exists()
        if all_of_it:
            settings.SECRETS_KEYS = new
            World.did["other keys alone"] += 1
        self.cashier.refresh_from_db()
