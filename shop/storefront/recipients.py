"""Where the goods of a checkout go: the fields of each SKU that asks for something, filled in and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from kameng.accounts.models import User
from kameng.lib.inputs.base import Value
from kameng.lib.inputs.fields import Input
from kameng.lib.inputs.form import RecipientForm
from shop.catalog.models import Kind, Sku
from shop.orders.models import OrderLine
from shop.orders.place import Item
from shop.storefront.offer import Offer

#: So many earlier lines are looked at for what was filled in last time.
LOOK_BACK = 20


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way of ordering: the id of its input, and what is said of it."""

    anchor: str
    said: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """The form of one offer."""

    offer: Offer
    form: RecipientForm

    @property
    def is_final(self) -> bool:
        """Nobody can bring back what went to a wrong place."""
        return self.offer.sku.kind == Kind.TOP_UP

    @property
    def unconfirmed(self) -> bool:
        """Sent and good, but not compared."""
        return self.form.is_valid() and not self.form.confirmed

    @property
    def missing(self) -> list[Missing]:
        """What its buyer still has to do, once it was sent; in the order of the page."""
        if self.unconfirmed:
            said = _("Compare where it goes, and tick that it is right.")
            return [Missing(f"id_{self.form.confirm_name}", said)]
        inputs = (field for row in self.form.rows for field in row.inputs)
        return [Missing(field.id_for_label, said) for field in inputs for said in _said(field)]


def _said(field: Input) -> list[str]:
    return [_("%(field)s: %(error)s") % {"field": field.label, "error": error} for error in field.errors]


def recipients(
    offers: Sequence[Offer], sent: QueryDict | None, before: Mapping[int, Mapping[str, Value]] | None = None
) -> list[Recipient]:
    """A form for each offer that asks for something; `before` are values to begin with, by SKU."""
    # Several chosen units of a SKU go to one place.
    asking = {offer.sku.pk: offer for offer in reversed(offers) if offer.sku.recipient_fields}
    known = before or {}
    return [
        Recipient(
            offer,
            RecipientForm(offer.sku.asks, sent, values=known.get(offer.sku.pk), prefix=_prefix(offer.sku)),
        )
        for offer in reversed(asking.values())
    ]


def no_longer_asked(offers: Sequence[Offer], sent: QueryDict) -> Sku | None:
    """A SKU that asks for nothing any more although its buyer filled something in: it would go nowhere, unsaid."""
    silent = [offer.sku for offer in offers if not offer.sku.recipient_fields]
    return next(
        (sku for sku in silent if any(name.startswith((f"{_prefix(sku)}-", f"{_prefix(sku)}.")) for name in sent)), None
    )


def _prefix(sku: Sku) -> str:
    return f"to{sku.pk}"


def addressed(items: Sequence[Item], filled: Sequence[Recipient]) -> list[Item]:
    """The items with where they go."""
    values = {each.offer.sku.pk: each.form.values for each in filled}
    return [replace(item, recipient=values.get(item.sku_id, {})) for item in items]


def last_time(user: User, offers: Sequence[Offer]) -> dict[int, dict[str, Value]]:
    """What the member filled in last for each of these SKUs, else for another SKU of its listing; one query."""
    asking = [offer.sku for offer in offers if offer.sku.recipient_fields]
    if not asking:
        return {}
    lines = OrderLine.objects.filter(order__user=user, sku__listing__in=[sku.listing_id for sku in asking])
    rows = lines.exclude(recipient=[]).order_by("-pk").values_list("sku_id", "sku__listing_id", "recipient")[:LOOK_BACK]
    of_sku: dict[int, dict[str, Value]] = {}
    of_listing: dict[int, dict[str, Value]] = {}
    for sku_id, listing_id, stored in rows:
        values = {each["key"]: each["value"] for each in stored}
        of_sku.setdefault(sku_id, values)
        of_listing.setdefault(listing_id, values)
    found = {sku.pk: of_sku.get(sku.pk) or of_listing.get(sku.listing_id) for sku in asking}
    return {pk: values for pk, values in found.items() if values}
