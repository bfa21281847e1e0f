"""Taking a batch back out of sale, as far as nobody bought from it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.transitions import Refused, move_all
from shop.inventory.by_parts import stop
from shop.inventory.claim import free
from shop.inventory.intake import alone
from shop.inventory.models import TAKEN, Batch, Secret, StockUnit, UnitStatus

CHUNK = 500


class NothingToWithdraw(Refused):
    """No unit of the batch is unsold."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Units taken out of sale, units that buyers have, and units that an unpaid order still holds."""

    retired: int
    sold: int
    reserved: int


def withdraw_batch(*, batch_id: int, actor: str, now: dt.datetime) -> Withdrawn:
    """AVAILABLE → RETIRED for every unsold unit; secrets of which nothing was sold may come in again.

    A batch that is still being taken in is stopped first. Units that buyers have stay theirs. Units of unpaid orders stay
    too: when those lapse, withdrawing again takes them.
    Done in steps, so that nobody waits long for this SKU; interrupted, it is simply done again. Raises NothingToWithdraw.
    """
    batch = Batch.objects.get(pk=batch_id)
    stopped = stop(batch_id=batch_id, now=now)
    retired = 0
    while step := _step(batch, actor, now):
        retired += step
    left = StockUnit.objects.filter(batch=batch, status__in=TAKEN)
    counts = left.aggregate(all=Count("pk"), reserved=Count("pk", filter=Q(status=UnitStatus.RESERVED)))
    if not retired and not stopped:
        raise NothingToWithdraw(_("Every unit of this batch is sold, reserved or withdrawn already."))
    return Withdrawn(retired, counts["all"] - counts["reserved"], counts["reserved"])


def _step(batch: Batch, actor: str, now: dt.datetime) -> int:
    """Retire some units, skipping those that a claim has in hand: nothing here waits for a row of stock."""
    with failpoints.commit("withdraw"):
        alone(f"claim:{batch.sku_id}", _("This SKU is being bought right now. Please try again in a moment."))
        units = StockUnit.objects.filter(batch=batch).order_by("position").select_for_update(skip_locked=True, of=("self",))
        chosen = list(units.filter(status=UnitStatus.AVAILABLE)[:CHUNK]) or _lapsed(units, now)
        move_all(chosen, UnitStatus.RETIRED, now=now, actor=actor, reason="withdrawn")
        if chosen:
            _withdraw_secrets([unit.secret_id for unit in chosen], now)
            Batch.objects.filter(pk=batch.pk, withdrawn_at=None).update(withdrawn_at=now)
        return len(chosen)


def _lapsed(units: QuerySet[StockUnit], now: dt.datetime) -> list[StockUnit]:
    """Units of reservations past their time, made AVAILABLE: nobody has a right to them any more."""
    late = units.filter(status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False)
    chosen = list(late[:CHUNK])
    free(units=chosen, now=now, actor="clock", reason="reservation lapsed")
    return chosen


def _withdraw_secrets(keys: list[int], now: dt.datetime) -> None:
    """Mark the secrets no use of which is sold or for sale, locked by key as everywhere."""
    in_use = StockUnit.objects.filter(secret=OuterRef("pk")).exclude(status=UnitStatus.RETIRED)
    rows = Secret.objects.filter(~Exists(in_use), pk__in=keys, withdrawn_at=None).order_by("pk")
    locked = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    Secret.objects.filter(pk__in=locked).update(withdrawn_at=now)
