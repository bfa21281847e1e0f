"""The legal steps as `architecture.md` lists them, copied as they stand there, and read into pairs."""

import re

ORDER = """
PENDING→PAID, PENDING→EXPIRED, PENDING→CANCELED, EXPIRED→PAID (late money within 24 h, old price, all lines reserved again in
full or none), PAID→COMPLETED (all lines final, something delivered), PAID→CANCELED (all lines final, nothing delivered).
"""

ORDER_LINE = """
RESERVED→PAID, RESERVED→RELEASED, RELEASED→PAID (late money), PAID→VERIFIED, PAID→ON_HOLD, PAID→REFUNDED, ON_HOLD→VERIFIED,
ON_HOLD→REFUNDED, VERIFIED→DELIVERING, VERIFIED→DELIVERED (part delivered, the rest refunded), VERIFIED→REFUNDED,
DELIVERING→VERIFIED (definite failure, will retry), DELIVERING→SHIPPED, DELIVERING→DELIVERED, DELIVERING→REFUNDED,
SHIPPED→DELIVERED, SHIPPED→REFUNDED, DELIVERED→COMPLETED, DELIVERED→REFUNDED, COMPLETED→REFUNDED.
"""

STOCK_UNIT = """
AVAILABLE→RESERVED, RESERVED→AVAILABLE, RESERVED→ALLOCATED, ALLOCATED→DELIVERED, ALLOCATED→AVAILABLE (cancel, by rule),
{AVAILABLE, RESERVED, ALLOCATED}→HELD, HELD→AVAILABLE, {AVAILABLE, HELD}→RETIRED, DELIVERED→DEFECTIVE.
"""

PAYMENT = """
CREATED→PENDING, {CREATED, PENDING, FAILED, CLOSED, UNKNOWN}→CONFIRMED, {CREATED, PENDING, UNKNOWN}→{FAILED, CLOSED},
{CREATED, PENDING}→UNKNOWN, UNKNOWN→PENDING (the query says unpaid).
"""

REFUND = """
REQUESTED→SUBMITTED, REQUESTED→DONE (wallet), SUBMITTED→{DONE, FAILED, UNKNOWN}, UNKNOWN→{SUBMITTED, DONE, FAILED, MANUAL},
FAILED→{SUBMITTED, MANUAL}, MANUAL→DONE.
"""

FULFILLMENT = """
WAITING→RUNNING, RUNNING→{DELIVERED, RETRY, NEEDS_ATTENTION, WAITING}, {RETRY, NEEDS_ATTENTION}→{RUNNING, DELIVERED},
{WAITING, RETRY, NEEDS_ATTENTION}→CANCELED, RUNNING→CANCELED only when the line left DELIVERING.
"""

_STATES = r"(\{[^}]+\}|[A-Z_]+)"


def pairs(text: str) -> set[tuple[str, str]]:
    """`{A, B}→C` as (A, C) and (B, C)."""
    steps = re.findall(f"{_STATES}→{_STATES}", text)
    return {(a, b) for left, right in steps for a in _names(left) for b in _names(right)}


def _names(text: str) -> list[str]:
    return re.findall("[A-Z_]+", text)
