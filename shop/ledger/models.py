from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    WALLET = "WALLET", _("Wallet")
    ORDER = "ORDER", _("Order account")
    ESCROW = "ESCROW", _("Escrow")
    PAYABLE = "PAYABLE", _("Payable to the merchant")
    COMMISSION = "COMMISSION", _("Commission")
    GATEWAY = "GATEWAY", _("Gateway clearing")
    CLEARING = "CLEARING", _("Refund clearing")


#: Kinds whose balance may never fall below zero; only these keep a cached balance, so that the others are no hot row.
FLOORED = (AccountKind.WALLET, AccountKind.ORDER, AccountKind.PAYABLE)


class Account(models.Model):
    """A place where money is; `owner` is an opaque name (user:…, order:…, merchant:…, gateway:…, platform)."""

    owner = models.CharField(_("owner"), max_length=64)
    kind = models.CharField(_("kind"), max_length=12, choices=AccountKind.choices)
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.BigIntegerField(
        _("balance"), null=True, help_text=_("In minor units; empty where no floor is enforced.")
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "currency"], name="account_once"),
            models.CheckConstraint(condition=Q(balance=None) | Q(balance__gte=0), name="account_not_below_zero"),
            models.CheckConstraint(
                condition=Q(kind__in=FLOORED, balance__isnull=False) | (~Q(kind__in=FLOORED) & Q(balance=None)),
                name="account_balance_where_floored",
            ),
        ]

    def __str__(self) -> str:
        # A page may have put the owner's name on the row.
        return f"{getattr(self, 'named', self.owner)} · {self.get_kind_display()}"


class Journal(models.Model):
    """One event of money; its key makes it happen once. Append-only."""

    key = models.CharField(_("key"), max_length=100, unique=True)
    at = models.DateTimeField(_("at"))
    memo = models.CharField(_("memo"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """A signed amount on one account; the entries of a journal sum to zero. Append-only."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="entries", verbose_name=_("journal"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", verbose_name=_("account"))
    amount = models.BigIntegerField(_("amount"), help_text=_("In minor units."))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class EscrowHold(models.Model):
    """The money of one paid line while its complaint window is open: what came in, and what went which way."""

    ref = models.CharField(_("reference"), max_length=64, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="holds", verbose_name=_("escrow account"))
    amount = models.PositiveBigIntegerField(_("amount"))
    released = models.PositiveBigIntegerField(_("released"), default=0)
    refunded = models.PositiveBigIntegerField(_("refunded"), default=0)

    class Meta:
        verbose_name = _("escrow hold")
        verbose_name_plural = _("escrow holds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=F("released") + F("refunded")), name="hold_never_overdrawn"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def held(self) -> int:
        return self.amount - self.released - self.refunded
