"""Against I3, I4 and I10: units and their owners."""

from django.db.models import F

from fulfillment.delivery.models import Reveal
from kameng.audit.record import Actor, record
from kameng.lib.transitions import move
from shop.inventory.models import Batch, Capacity, CapacityChange, Movement, Reservation, StockUnit, UnitStatus
from shop.orders.models import OrderLine
from tests import factories
from tests.proof.busy import NOW, Shop
from tests.proof.plants.register import plant


def _free(shop: Shop) -> StockUnit:
    """A unit that was never touched."""
    return StockUnit.objects.filter(sku=shop.key, status=UnitStatus.AVAILABLE).order_by("-pk")[0]


@plant("I3")
def a_delivered_line_has_no_final_claim(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.revealed).update(final=False)


@plant("I3")
def an_unpaid_claim_is_final(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.pending).update(final=True)


@plant("I3")
def a_unit_is_with_somebody_else(shop: Shop) -> None:
    unit = StockUnit.objects.filter(reservation__line__order=shop.verified)[0]
    StockUnit.objects.filter(pk=unit.pk).update(holder=shop.paid.holder)


@plant("I3")
def a_unit_went_from_one_paid_line_to_another(shop: Shop) -> None:
    unit = StockUnit.objects.filter(reservation__line__order=shop.verified)[0]
    thief = Reservation.objects.get(line__order=shop.paid)
    StockUnit.objects.filter(pk=unit.pk).update(reservation=thief, holder=thief.holder)


@plant("I3")
def a_unit_lies_under_a_claim_on_another_sku(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.pending).update(sku=shop.shared)


@plant("I3")
def a_free_unit_keeps_its_holder(shop: Shop) -> None:
    StockUnit.objects.filter(pk=_free(shop).pk).update(holder=shop.paid.holder)


@plant("I3")
def a_taken_unit_has_no_claim(shop: Shop) -> None:
    unit = StockUnit.objects.filter(reservation__line__order=shop.pending)[0]
    StockUnit.objects.filter(pk=unit.pk).update(reservation=None)


@plant("I3")
def one_buyer_has_one_secret_twice(shop: Shop) -> None:
    unit = StockUnit.objects.get(sku=shop.shared, reservation__line__order=shop.revealed)
    other = StockUnit.objects.get(sku=shop.shared, reservation__line__order=shop.from_wallet)
    assert unit.secret_id == other.secret_id
    StockUnit.objects.filter(pk=unit.pk).update(holder=other.holder)
    Reservation.objects.filter(units=unit).update(holder=other.holder)


@plant("I3")
def a_unit_was_shown_to_two_buyers(shop: Shop) -> None:
    unit = StockUnit.objects.filter(reservation__line__order=shop.revealed)[0]
    entry = record(act="reveal", subject=f"unit:{unit.pk}", actor=Actor("mail:eve", "buyer"), now=NOW)
    Reveal.objects.create(line=factories.line_of(shop.completed), unit=unit, at=NOW, entry=entry)


@plant("I4")
def a_status_was_changed_without_a_movement(shop: Shop) -> None:
    StockUnit.objects.filter(pk=_free(shop).pk).update(status=UnitStatus.RETIRED)


@plant("I4")
def a_unit_vanished_with_its_movements(shop: Shop) -> None:
    unit = _free(shop)
    Movement.objects.filter(unit=unit).delete()
    unit.delete()


@plant("I4")
def a_unit_came_from_nowhere(shop: Shop) -> None:
    unit = _free(shop)
    StockUnit.objects.create(sku=unit.sku, secret=unit.secret, batch=unit.batch, position=unit.position)


@plant("I4")
def a_unit_was_never_taken_in(shop: Shop) -> None:
    Movement.objects.filter(unit=_free(shop)).delete()


@plant("I4")
def a_unit_is_of_another_sku_than_its_batch(shop: Shop) -> None:
    Batch.objects.filter(units=_free(shop)).update(sku=shop.shared)


@plant("I10")
def a_claim_that_was_released_keeps_its_units(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.pending).update(released_at=NOW)


@plant("I10")
def a_refunded_line_keeps_its_units(shop: Shop) -> None:
    claim = Reservation.objects.get(line__order=shop.sending)
    Reservation.objects.filter(pk=claim.pk).update(released_at=None)
    for unit in StockUnit.objects.filter(sku=shop.key, status=UnitStatus.AVAILABLE).order_by("-pk")[:2]:
        changes = {"reservation": claim, "holder": claim.holder}
        move(unit, UnitStatus.RESERVED, UnitStatus.ALLOCATED, now=NOW, actor="eve", changes=changes)


@plant("I3")
def a_line_by_hand_has_no_claim_on_its_pieces(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.queued).update(quantity=2)


@plant("I3")
def a_typed_key_is_not_its_buyers(shop: Shop) -> None:
    OrderLine.objects.filter(order=shop.in_part).update(delivered=2)


@plant("I4")
def a_piece_vanished_from_the_shelf(shop: Shop) -> None:
    Capacity.objects.filter(sku__lines__order=shop.queued).update(free=F("free") - 1)


@plant("I4")
def a_paid_line_took_no_pieces(shop: Shop) -> None:
    CapacityChange.objects.filter(reservation__line__order=shop.queued).update(reservation=None)


@plant("I10")
def a_line_that_was_given_up_keeps_its_pieces(shop: Shop) -> None:
    Reservation.objects.filter(line__order=shop.no_stock).update(released_at=None)
