"""Members: guests' orders become theirs, links are asked for, messages are read and turned off."""

from allauth.account.models import EmailAddress
from hypothesis import strategies as st
from hypothesis.stateful import rule

from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.notices import preferences
from kameng.notices.centre import messages_of, read_all
from kameng.notices.events import DELIVERED, PAID, REFUNDED, SHIPPED, Channel
from shop.inventory.models import TAKEN, StockUnit
from shop.inventory.rename import AlreadyHas
from shop.orders.adopt import adopt, adopt_all
from shop.orders.link import ask
from shop.orders.models import Order
from tests.proof.machine.world import World, orders

who_ = st.integers(0, 1)


class Members(World):
    """Nobody gets what is another's, and nobody loses what is theirs."""

    @rule(who=who_, guest=who_)
    def an_address_is_verified(self, who: int, guest: int) -> None:
        """A guest signs up, so to say: the address is the member's from now on, if it is nobody's yet."""
        user, address = self.members[who], self.guests[guest].email
        EmailAddress.objects.get_or_create(email=address, defaults={"user": user, "verified": True})
        self._sign_in(user)

    @rule(who=who_)
    def sign_in(self, who: int) -> None:
        """What was bought as a guest since is the member's too."""
        self._sign_in(self.members[who])

    def _sign_in(self, user: User) -> None:
        found = self._of_guests(user)
        adopted = adopt_all(user=user, actor=_as(user), now=self.now)
        assert all(self._has_one_of(user, order) for order in adopted.stayed)
        assert adopted.moved == len(found) - len(adopted.stayed)
        assert self._of_guests(user) == {order.pk for order in adopted.stayed}
        World.did["adopt"] += adopted.moved
        World.did["adopt not"] += len(adopted.stayed)

    def _of_guests(self, user: User) -> set[int]:
        """Orders of nobody under an address that this member has shown to be theirs."""
        addresses = EmailAddress.objects.filter(user=user, verified=True).values("email")
        return set(Order.objects.filter(user=None, email__in=addresses).values_list("pk", flat=True))

    def _has_one_of(self, user: User, order: Order) -> bool:
        mine = StockUnit.objects.filter(holder=user.holder, status__in=TAKEN)
        return mine.filter(secret__units__reservation__line__order=order).exists()

    @rule(order=orders, who=who_)
    def somebody_wants_it(self, order: int, who: int) -> None:
        """Anybody may try to adopt any order."""
        user, before = self.members[who], Order.objects.get(pk=order)
        may = order in self._of_guests(user)
        try:
            got = adopt(order_id=order, user=user, actor=_as(user), now=self.now)
        except AlreadyHas:
            assert may
            assert self._has_one_of(user, before)
            return
        assert got is may
        assert Order.objects.get(pk=order).user_id == (user.pk if may else before.user_id)

    @rule(order=orders, right=st.booleans())
    def look_an_order_up(self, order: int, right: bool) -> None:
        """Somebody types a number and an address, which belong together or do not."""
        row = Order.objects.get(pk=order)
        ask(number=row.number, address=row.email.upper() if right else "eve@example.com", now=self.now)
        self.memory.asked[order] += right
        World.did["look up"] += right

    @rule(who=who_)
    def read_messages(self, who: int) -> None:
        user = self.members[who]
        unread = messages_of(user).filter(read_at=None)
        last, count = unread.order_by("pk").last(), unread.count()
        if last:
            assert read_all(user=user, upto=last.pk, now=self.now) == count
            World.did["read"] += count

    @rule(who=who_, event=st.sampled_from([PAID, DELIVERED, SHIPPED, REFUNDED]), channel=st.sampled_from(Channel))
    def hear_no_more_of(self, who: int, event: str, channel: Channel) -> None:
        """Money that goes back is always told of."""
        done = preferences.silence(user_id=self.members[who].pk, event=event, channel=channel)
        assert done is (event != REFUNDED)


def _as(user: User) -> Actor:
    return Actor(user.holder, "member")
