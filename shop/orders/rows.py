"""Taking an order and its lines in hand, in the one order of locks."""

from shop.orders.models import Order, OrderLine


def lock_order(order_id: int) -> Order:
    """The order, locked until the transaction ends; raises Order.DoesNotExist."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order_id)


def locked_lines(order: Order) -> list[OrderLine]:
    """All lines of the order, locked by key."""
    return list(OrderLine.objects.filter(order=order).order_by("pk").select_for_update(of=("self",)))
