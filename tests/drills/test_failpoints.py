"""The power goes at every commit of every verb, just before it and just after; whoever comes next finds all as it should be.

Each death is survived in two ways: people come back and do again what they did, or nobody does and only the worker goes on.
"""

import ast
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from kameng.lib import clock
from shop.inventory.models import Secret, StockUnit, UnitStatus
from shop.orders.models import LineStatus, Order, OrderLine
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.leftover import return_leftover
from tests import factories
from tests.drills import acts
from tests.drills.acts import NONCE
from tests.drills.endings import assert_goods_or_money, assert_invariants
from tests.drills.mortals import KILLED, Death, Life, Mortals
from tests.drills.stories import COMMITS, STORIES, Story
from tests.drills.waiting import until
from tests.harness import flush, servers
from tests.harness.scale import scale

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

#: A story is the same each time but for its random numbers: more turns show no more.
TIMES = scale(1, 3)
ROOMS = ("kameng", "shop", "fulfillment")
STOCK = 8
# No worker runs between the steps of a story, so that rows are due for longer than a running shop would leave them.
NO_WORKER = frozenset({"I12"})


def deaths() -> list[Any]:
    """Every commit from both sides with both ways to go on; in `make test` each commit meets each side and each way once."""
    found = []
    for number, commit in enumerate(COMMITS):
        for side, silent in itertools.product(("before", "after"), (False, True)):
            if scale((side == "before") == (silent == bool(number % 2)), True):
                name = f"{side} {commit}, {'nobody comes' if silent else 'people come back'}"
                found.append(pytest.param(commit, side, silent, id=name))
    return found


@pytest.fixture(scope="module")
def mortals(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortals]:
    environment = {
        "DATABASE_URL": servers.database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.harness.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
    made = Mortals(environment, tmp_path_factory.mktemp("mortals") / "log")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _both_keys(settings: Any) -> None:
    """What a story seals with the platform's new key can be opened here, too."""
    settings.SECRETS_KEYS = f"{django_settings.SECRETS_KEYS},{acts.NEW_KEY}"


def test_every_commit_of_the_shop_has_its_story() -> None:
    assert named_commits() == COMMITS.keys()


@pytest.mark.parametrize(("commit", "side", "silent"), deaths())
def test_a_death_at_a_commit_loses_and_doubles_nothing(
    commit: str, side: str, silent: bool, mortals: Mortals, tmp_path: Path
) -> None:
    story = STORIES[COMMITS[commit]]
    for turn in range(TIMES):
        if turn:
            flush.empty()
        open_shop(story)
        # The variable stays set as it would for a service that is started again; the file says that the point has fired.
        failpoints = f"{commit}.{side}_commit@{tmp_path / str(turn)}"
        death = mortals.live(Life(COMMITS[commit], failpoints))
        assert death.code == KILLED, mortals.log()
        until(nobody_is_in_a_transaction, "the database has noticed")
        assert_invariants(moment(death), besides=NO_WORKER)
        life = Life(COMMITS[commit], failpoints, death.minute + 1, silent=silent, to_the_end=True)
        end = mortals.live(life)
        assert end.code == 0, mortals.log()
        assert_invariants(moment(end))
        assert_goods_or_money()
        assert_told_to_its_end(story, silent=silent)


GOODS = {
    "key": lambda: factories.sku(units=STOCK),
    "typed": lambda: factories.by_hand(STOCK),
    "card": lambda: factories.card_to_ship(STOCK, complaint_seconds=24 * 3600),
}


def open_shop(story: Story) -> None:
    """Goods, a gateway, and for a member a wallet with money in it."""
    yesterday = factories.NOON - dt.timedelta(days=1)
    with clock.at(yesterday):
        goods = GOODS[story.goods]()
        factories.gateway_account()
        if story.member:
            olga = factories.buyer(acts.BUYER, user=factories.member(acts.BUYER))
            order = factories.place_order(goods, by=olga)
            factories.pay_order(order, amount=order.total * (acts.QUANTITY + 1))
            factories.deliver_all()
            assert return_leftover(order_id=order.pk, now=yesterday)


def moment(death: Death) -> dt.datetime:
    return factories.NOON + dt.timedelta(minutes=death.minute)


def assert_told_to_its_end(story: Story, *, silent: bool) -> None:
    """One order, and its end: the story's own, unless nobody came back before the money had moved."""
    if not story.end:
        assert_stock_is_whole(silent=silent)
        return
    orders = Order.objects.filter(nonce=NONCE)
    assert orders.count() <= 1 if silent else orders.count() == 1
    ends = {line.status for line in OrderLine.objects.filter(order__in=orders)}
    moved = SandboxTrade.objects.filter(number__in=orders.values("payments__number"), paid__isnull=False).exists()
    other = (set(story.alone.split()) if moved else {LineStatus.RELEASED}) if silent else set()
    assert ends <= {story.end} | other


def assert_stock_is_whole(*, silent: bool) -> None:
    """An import came in as a whole or not at all, and what was withdrawn is withdrawn as a whole."""
    counts = {status: StockUnit.objects.filter(status=status).count() for status in UnitStatus}
    came, gone = Secret.objects.count() - STOCK, counts[UnitStatus.RETIRED]
    assert (came, gone) in ([(0, 0), (5, 0), (5, STOCK)] if silent else [(5, STOCK)])
    assert counts[UnitStatus.AVAILABLE] == STOCK + came - gone
    heads = {sealed.partition(":")[0] for sealed in Secret.objects.values_list("sealed", flat=True)}
    assert len(heads) == 1 if silent else heads == {"t2"}


def nobody_is_in_a_transaction() -> bool:
    """Whether PostgreSQL has ended what the dead process left open; SQLite's locks went with the process."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return bool(cursor.fetchone()[0] == 0)


def named_commits() -> set[str]:
    """The names of all commits in the code of the shop; one that is not written out fails here."""
    root = django_settings.BASE_DIR
    trees = (ast.parse(path.read_text()) for room in ROOMS for path in (root / room).rglob("*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "failpoints.commit"}
