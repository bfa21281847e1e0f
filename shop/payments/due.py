"""How much of an order is still to be paid."""

from shop.ledger.models import AccountKind
from shop.ledger.queries import balance
from shop.orders.models import Order


def received(order: Order) -> int:
    """Minor units on the order's own account."""
    return balance(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)


def outstanding(order: Order) -> int:
    """Minor units still missing, before any share from the wallet; never below 0."""
    return max(0, order.total - received(order))
