"""The ways to pay that a buyer can choose from."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from kameng.accounts.models import User
from kameng.lib import money
from shop.payments.models import GatewayAccount
from shop.payments.wallet import wallet_balance

WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class Method:
    """One way to pay; `note` says what happens, or why it cannot be chosen."""

    value: str
    icon: str
    label: str
    note: str
    disabled: bool = False
    account: GatewayAccount | None = None

    @property
    def is_wallet(self) -> bool:
        return self.account is None


def methods(*, user: User | AnonymousUser, amount: int, wallet: int | None = None) -> list[Method]:
    """Gateways in their order, then the member's wallet; `amount` is what has to be paid, `wallet` its known balance."""
    rows = GatewayAccount.objects.filter(enabled=True, currency=settings.CURRENCY).exclude(gateway=WALLET)
    if not settings.SANDBOX:
        rows = rows.exclude(gateway="sandbox")
    ways = [_gateway(account) for account in rows.order_by("position", "pk")]
    if not isinstance(user, AnonymousUser):
        ways.append(_wallet(wallet_balance(user, settings.CURRENCY) if wallet is None else wallet, amount))
    return ways


def _gateway(account: GatewayAccount) -> Method:
    demo = account.gateway == "sandbox"
    note = _("for trying out, no real money moves") if demo else _("continues on its own page")
    return Method(account.public_id, "flask" if demo else "card", account.name, note, account=account)


def _wallet(balance: int, amount: int) -> Method:
    enough = balance >= amount
    if enough:
        note = _("%(balance)s available, %(rest)s left afterwards")
    else:
        note = _("%(balance)s available, not enough for %(amount)s")
    shown = {"balance": balance, "rest": balance - amount, "amount": amount}
    said = note % {name: money.shown(minor) for name, minor in shown.items()}
    return Method(WALLET, "wallet", _("Wallet"), said, disabled=not enough)
