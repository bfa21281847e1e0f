"""All invariants, asked of one moment of the database."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from fulfillment.proof.audit import reveals_are_audited
from fulfillment.proof.books import money_is_where_rows_say
from fulfillment.proof.clock import due_rows_are_taken
from fulfillment.proof.history import histories_are_paths
from fulfillment.proof.money import balances_are_kept, journals_balance, refunds_were_captured
from fulfillment.proof.orders import lines_add_up, receipts_are_known
from fulfillment.proof.orphans import everything_goes_on
from fulfillment.proof.secrets import secrets_open
from fulfillment.proof.stock import free_units_can_be_bought, nothing_is_lost, units_have_one_owner
from fulfillment.proof.violations import Invariant, Look, Violation

INVARIANTS: Mapping[str, Invariant] = {
    "I1": journals_balance,
    "I2": balances_are_kept,
    "I3": units_have_one_owner,
    "I4": nothing_is_lost,
    "I5": lines_add_up,
    "I6": receipts_are_known,
    "I7": money_is_where_rows_say,
    "I8": refunds_were_captured,
    "I9": everything_goes_on,
    "I10": free_units_can_be_bought,
    "I11": histories_are_paths,
    "I12": due_rows_are_taken,
    "I15": reveals_are_audited,
    "I16": secrets_open,
}
TITLES: Mapping[str, str] = {
    "I1": "every journal sums to zero",
    "I2": "balances are the sums of their entries, none below zero",
    "I3": "a unit has one owner at most",
    "I4": "every unit taken in is still accounted for",
    "I5": "delivered and refunded add up to what was sold",
    "I6": "a gateway's trade pays once, what was due or with an alarm",
    "I7": "money lies where payments, refunds and escrow say",
    "I8": "no more is paid back than came in",
    "I9": "nothing stands still without a clock or a person",
    "I10": "what no claim holds can be bought",
    "I11": "histories are legal paths to the present status",
    "I12": "no due row waits longer than ten minutes",
    "I15": "every reveal is in the audit log, whose chain holds",
    "I16": "a sample of secrets opens, none is sold twice",
}
#: Numbers of the house's list that no row answers for yet, and why.
NOT_ASKED: Mapping[str, str] = {
    "I13": "one accepted order per supplier request: there are no suppliers yet",
    "I14": "flash sales, buyers' quotas and coupons within their limits: there are none yet",
    "I17": "one word to each who waits for a restock: nobody can wait for one yet",
    "I18": "what disputes hold is what is disputed: there are no disputes yet",
}
#: Violations reported by one invariant; the first hundred say what is wrong.
MOST = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What one invariant found (at most MOST violations), and the seconds it took."""

    code: str
    violations: list[Violation]
    seconds: float


def check(look: Look, *, only: Collection[str] = ()) -> Iterator[Finding]:
    """Ask the invariants (`only` those codes when named) of one snapshot of the database, one finding each."""
    with snapshot():
        for code, invariant in INVARIANTS.items():
            if not only or code in only:
                began = time.monotonic()
                violations = list(islice(invariant(look), MOST))
                yield Finding(code, violations, time.monotonic() - began)


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads inside see one moment, so that a busy shop gives no false alarm; nobody who writes has to wait.

    Inside a transaction that is open already (a test's) its own moment holds.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # A whole shop is read here: more time and memory than a page may have.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL work_mem = '256MB'")
            # Each question is read to its end, however it is fetched.
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
            yield
    else:
        # Django's own transactions are IMMEDIATE: they would stop every writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
