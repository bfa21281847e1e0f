"""Against I5, I6, I9, I11 and I12: orders, payments, and who takes them further."""

import datetime as dt
from typing import Any

from django.db.models import F, Model

from fulfillment.delivery.models import Fulfillment, FulfillmentEvent, FulfillmentStatus, Shipment, ShipmentStatus
from kameng.lib.transitions import begin, move
from kameng.notices.models import Alarm, Notification
from kameng.tasks.models import FailingRow
from shop.inventory.models import Batch, Intake, Movement, StockUnit
from shop.orders.models import LineEvent, LineStatus, OrderEvent, OrderStatus
from shop.payments.models import Payment, PaymentStatus, Refund
from tests import factories
from tests.proof.busy import NOW, Shop
from tests.proof.plants.register import LONG_AGO, plant


def _set(row: Model, **values: Any) -> None:
    assert type(row)._default_manager.filter(pk=row.pk).update(**values) == 1


@plant("I5")
def a_refunded_line_lost_a_piece(shop: Shop) -> None:
    _set(factories.line_of(shop.refunded), refunded_quantity=1)


@plant("I5")
def a_line_gave_more_than_it_sold(shop: Shop) -> None:
    _set(factories.line_of(shop.revealed), refunded_quantity=1)


@plant("I5")
def a_line_is_refunded_but_not_in_full(shop: Shop) -> None:
    _set(factories.line_of(shop.refunded), refunded_amount=F("refunded_amount") - 1)


@plant("I5")
def more_was_reversed_than_delivered(shop: Shop) -> None:
    _set(factories.line_of(shop.completed), reversed_quantity=3)


@plant("I5")
def an_order_costs_more_than_its_lines(shop: Shop) -> None:
    _set(shop.completed, total=F("total") + 1)


@plant("I5")
def the_refund_of_a_line_is_gone(shop: Shop) -> None:
    _set(Refund.objects.get(order=shop.sending), line=None)


@plant("I5")
def an_order_of_which_nothing_came_is_completed(shop: Shop) -> None:
    shop.refunded.events.filter(to_status=OrderStatus.CANCELED).update(to_status=OrderStatus.COMPLETED)
    _set(shop.refunded, status=OrderStatus.COMPLETED)


@plant("I6")
def one_trade_paid_two_orders(shop: Shop) -> None:
    _set(Payment.objects.get(order=shop.paid), trade_no=Payment.objects.get(order=shop.verified).trade_no)


@plant("I6")
def nobody_was_told_that_too_much_came_in(shop: Shop) -> None:
    Alarm.objects.get(key=f"payment:{Payment.objects.get(order=shop.overpaid).pk}:amount").delete()


@plant("I6")
def what_was_due_was_changed_afterwards(shop: Shop) -> None:
    _set(Payment.objects.get(order=shop.paid), amount=1)


@plant("I6")
def a_payment_is_in_another_currency_than_its_order(shop: Shop) -> None:
    _set(shop.paid, currency="USD")


@plant("I9")
def a_line_has_no_deadline(shop: Shop) -> None:
    _set(factories.line_of(shop.verified), refund_by=None)


@plant("I9")
def a_complaint_window_never_ends(shop: Shop) -> None:
    _set(factories.line_of(shop.revealed), complaint_by=None)


@plant("I9")
def nobody_looks_at_the_money_of_an_order(shop: Shop) -> None:
    _set(shop.underpaid, rest_due_at=None)


@plant("I9")
def nobody_tries_an_order_that_has_its_money(shop: Shop) -> None:
    factories.receive(shop.pending, shop.pending.total, now=NOW)
    _set(shop.pending, pay_due_at=None, rest_due_at=NOW + dt.timedelta(days=1))


@plant("I9")
def nobody_asks_about_a_payment(shop: Shop) -> None:
    _set(Payment.objects.get(order=shop.pending), next_query_at=None)


@plant("I9")
def nobody_sends_a_refund(shop: Shop) -> None:
    _set(Refund.objects.get(order=shop.sending), next_try_at=None)


@plant("I9")
def the_alarm_about_a_refund_was_closed(shop: Shop) -> None:
    _set(Alarm.objects.get(key=f"refund:{Refund.objects.get(order=shop.by_hand).pk}"), closed_at=NOW, closed_by="Eve")


@plant("I9")
def nobody_delivers_a_verified_line(shop: Shop) -> None:
    fulfillment = Fulfillment.objects.get(line__order=shop.verified)
    FulfillmentEvent.objects.filter(fulfillment=fulfillment).delete()
    fulfillment.delete()


@plant("I9")
def a_fulfillment_goes_on_after_the_end(shop: Shop) -> None:
    fulfillment = Fulfillment.objects.get(line__order=shop.refunded)
    FulfillmentEvent.objects.get(fulfillment=fulfillment, to_status=FulfillmentStatus.CANCELED).delete()
    _set(fulfillment, status=FulfillmentStatus.WAITING)


@plant("I9")
def an_order_never_ended_though_its_lines_did(shop: Shop) -> None:
    OrderEvent.objects.get(order=shop.completed, to_status=OrderStatus.COMPLETED).delete()
    _set(shop.completed, status=OrderStatus.PAID, closed_at=None)


@plant("I9")
def an_order_ended_before_its_lines(shop: Shop) -> None:
    OrderEvent.objects.create(order=shop.revealed, from_status="PAID", to_status="COMPLETED", at=NOW, actor="eve")
    _set(shop.revealed, status=OrderStatus.COMPLETED)


@plant("I9")
def a_line_that_was_taken_up_is_nobodys(shop: Shop) -> None:
    _set(Fulfillment.objects.get(line__order=shop.in_part), taken_until=None)


@plant("I9")
def a_parcel_is_on_its_way_though_the_money_went_back(shop: Shop) -> None:
    parcel = Shipment.objects.create(line=factories.line_of(shop.refunded), arrives_by=NOW)
    begin([parcel], now=NOW, actor="planted")
    move(parcel, ShipmentStatus.IN_TRANSIT, now=NOW, actor="planted")


@plant("I9")
def nobody_waits_for_a_parcel(shop: Shop) -> None:
    _set(Shipment.objects.get(line__order=shop.shipped), arrives_by=None)


@plant("I12")
def a_line_was_left_alone_and_not_put_back(shop: Shop) -> None:
    _set(Fulfillment.objects.get(line__order=shop.in_part), taken_until=LONG_AGO)


@plant("I12")
def nobody_noticed_that_a_parcel_is_late(shop: Shop) -> None:
    _set(Shipment.objects.get(line__order=shop.shipped), arrives_by=LONG_AGO)


@plant("I11")
def an_order_is_where_no_event_led(shop: Shop) -> None:
    OrderEvent.objects.get(order=shop.completed, to_status=OrderStatus.COMPLETED).delete()


@plant("I11")
def a_payment_has_no_history(shop: Shop) -> None:
    Payment.objects.get(order=shop.paid).events.all().delete()


@plant("I11")
def a_step_of_a_line_is_missing(shop: Shop) -> None:
    line = factories.line_of(shop.revealed)
    LineEvent.objects.get(line=line, to_status=LineStatus.VERIFIED).delete()


@plant("I11")
def a_fulfillment_took_a_step_that_does_not_exist(shop: Shop) -> None:
    fulfillment = Fulfillment.objects.get(line=factories.line_of(shop.revealed))
    fulfillment.events.get(to_status=FulfillmentStatus.RUNNING).delete()
    fulfillment.events.filter(to_status=FulfillmentStatus.DELIVERED).update(from_status=FulfillmentStatus.WAITING)


@plant("I11")
def a_refund_was_done_before_it_was_asked_for(shop: Shop) -> None:
    refund = Refund.objects.get(order=shop.refunded)
    refund.events.filter(to_status="DONE").update(at=NOW - dt.timedelta(days=1))


@plant("I11")
def a_movement_of_a_unit_is_missing(shop: Shop) -> None:
    unit = StockUnit.objects.filter(reservation__line__order=shop.revealed)[0]
    Movement.objects.filter(unit=unit, to_status="RESERVED").order_by("-pk")[0].delete()


@plant("I11")
def a_payment_failed_without_an_event(shop: Shop) -> None:
    _set(Payment.objects.get(order=shop.pending), status=PaymentStatus.FAILED)


@plant("I12")
def nobody_expires_orders(shop: Shop) -> None:
    _set(shop.pending, reserved_until=LONG_AGO)


@plant("I12")
def nobody_tries_orders_that_got_money(shop: Shop) -> None:
    _set(shop.underpaid, pay_due_at=LONG_AGO)


@plant("I12")
def nobody_looks_at_leftovers(shop: Shop) -> None:
    _set(shop.underpaid, rest_due_at=LONG_AGO)


@plant("I12")
def nobody_asks_gateways(shop: Shop) -> None:
    _set(Payment.objects.get(order=shop.pending), next_query_at=LONG_AGO)


@plant("I12")
def nobody_sends_refunds(shop: Shop) -> None:
    _set(Refund.objects.get(order=shop.sending), next_try_at=LONG_AGO)


@plant("I12")
def nobody_verifies(shop: Shop) -> None:
    _set(factories.line_of(shop.paid), paid_at=LONG_AGO)


@plant("I12")
def nobody_delivers(shop: Shop) -> None:
    _set(Fulfillment.objects.get(line__order=shop.verified), next_try_at=LONG_AGO)


@plant("I12")
def nobody_watches_the_clock(shop: Shop) -> None:
    _set(factories.line_of(shop.paid), refund_by=LONG_AGO)


@plant("I12")
def nobody_completes(shop: Shop) -> None:
    _set(factories.line_of(shop.revealed), complaint_by=LONG_AGO)


@plant("I12")
def nobody_sends_mail(_shop: Shop) -> None:
    _set(Notification.objects.filter(sent_at=None)[0], next_try_at=LONG_AGO)


@plant("I12")
def nobody_hears_of_a_row_that_fails(_shop: Shop) -> None:
    FailingRow.objects.create(
        controller="clock", row=1, attempts=9, since=LONG_AGO, next_try_at=LONG_AGO, problem="KeyError"
    )


@plant("I12")
def nobody_takes_imports_in(shop: Shop) -> None:
    Intake.objects.create(batch=Batch.objects.earliest("pk"), lines=1, worked_at=LONG_AGO)


@plant("I12")
def nobody_forgets_what_was_left_out(shop: Shop) -> None:
    batch = Batch.objects.earliest("pk")
    Intake.objects.create(batch=batch, lines=0, worked_at=LONG_AGO, ended_at=LONG_AGO, rejects_until=LONG_AGO)
