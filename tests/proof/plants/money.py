"""Against I1, I2, I7 and I8: the ledger."""

from django.db.models import F

from kameng.lib.transitions import begin, move
from shop.ledger.models import Account, AccountKind, Entry, EscrowHold, Journal
from shop.ledger.post import account, post
from shop.payments.models import Destination, GatewayAccount, Payment, Refund, RefundStatus
from tests import factories
from tests.proof.busy import NOW, Shop
from tests.proof.plants.register import plant


def _account(kind: AccountKind, owner: str = "platform", currency: str = "CNY") -> Account:
    return account(owner=owner, kind=kind, currency=currency)


def _wallet() -> Account:
    return _account(AccountKind.WALLET, factories.member("Olga").holder)


@plant("I1")
def an_entry_is_one_fen_more(_shop: Shop) -> None:
    entry = Entry.objects.filter(account__kind=AccountKind.COMMISSION)[0]
    Entry.objects.filter(pk=entry.pk).update(amount=F("amount") + 1)


@plant("I1")
def an_entry_was_never_written(_shop: Shop) -> None:
    entry = Entry.objects.filter(account__kind=AccountKind.COMMISSION)[0]
    Entry.objects.filter(pk=entry.pk).delete()


@plant("I1")
def a_journal_moves_nothing(_shop: Shop) -> None:
    Journal.objects.create(key="nothing", at=NOW)


@plant("I1")
def a_journal_changes_the_currency(_shop: Shop) -> None:
    journal = Journal.objects.create(key="exchange", at=NOW)
    Entry.objects.create(journal=journal, account=_account(AccountKind.COMMISSION), amount=700)
    Entry.objects.create(journal=journal, account=_account(AccountKind.COMMISSION, currency="USD"), amount=-700)


@plant("I2")
def a_wallet_says_more_than_came_in(_shop: Shop) -> None:
    Account.objects.filter(pk=_wallet().pk).update(balance=F("balance") + 1)


@plant("I2")
def a_wallet_forgot_its_balance(_shop: Shop) -> None:
    Account.objects.filter(pk=_wallet().pk).update(balance=None)


@plant("I2")
def a_wallet_is_overdrawn(_shop: Shop) -> None:
    poor, journal = _account(AccountKind.WALLET, "user:0"), Journal.objects.create(key="overdrawn", at=NOW)
    Account.objects.filter(pk=poor.pk).update(balance=-5)
    Entry.objects.create(journal=journal, account=poor, amount=-5)
    Entry.objects.create(journal=journal, account=_account(AccountKind.COMMISSION), amount=5)


@plant("I2")
def commission_keeps_a_balance(_shop: Shop) -> None:
    Account.objects.filter(kind=AccountKind.COMMISSION).update(balance=0)


@plant("I7")
def money_came_from_a_gateway_without_a_payment(_shop: Shop) -> None:
    clearing = _account(AccountKind.GATEWAY, GatewayAccount.objects.get(gateway="sandbox").owner)
    post(key="gift", moves=[(clearing, -100), (_wallet(), 100)], now=NOW)


@plant("I7")
def money_is_in_clearing_without_a_refund(_shop: Shop) -> None:
    clearing = _account(AccountKind.CLEARING, GatewayAccount.objects.get(gateway="sandbox").owner)
    post(key="stray", moves=[(_wallet(), -100), (clearing, 100)], now=NOW)


@plant("I7")
def a_hold_was_released_and_nothing_moved(shop: Shop) -> None:
    hold = EscrowHold.objects.get(ref=factories.line_of(shop.verified).ref)
    EscrowHold.objects.filter(pk=hold.pk).update(released=F("released") + 1)


@plant("I7")
def a_paid_line_has_no_hold(shop: Shop) -> None:
    EscrowHold.objects.filter(ref=factories.line_of(shop.paid).ref).delete()


@plant("I7")
def the_merchant_got_the_money_too_early(shop: Shop) -> None:
    hold = EscrowHold.objects.get(ref=factories.line_of(shop.revealed).ref)
    EscrowHold.objects.filter(pk=hold.pk).update(released=hold.amount)
    payable = _account(AccountKind.PAYABLE, hold.account.owner)
    post(key="early", moves=[(hold.account, -hold.amount), (payable, hold.amount)], now=NOW)


@plant("I7")
def money_promised_to_a_refund_was_taken_away(shop: Shop) -> None:
    source = _account(AccountKind.ORDER, shop.sending.owner)
    post(key="taken", moves=[(source, -100), (_wallet(), 100)], now=NOW)


@plant("I8")
def more_goes_back_than_came_in(shop: Shop) -> None:
    payment = Payment.objects.get(order=shop.completed)
    refund = Refund(
        payment=payment,
        order=shop.completed,
        destination=Destination.WALLET,
        amount=(payment.received or 0) + 1,
        reason="left over",
        requested_at=NOW,
    )
    refund.save(force_insert=True)
    begin([refund], now=NOW, actor="clock")
    move(refund, RefundStatus.DONE, now=NOW, actor="clock", changes={"done_at": NOW})
