"""Secrets typed in for one order: taken into stock and handed over in one step."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.lib.transitions import Refused, move_all
from shop.inventory import parse
from shop.inventory.intake import Draft, alone, fingerprint, holders_of, sealed, store
from shop.inventory.models import Batch, Reservation, StockUnit, UnitStatus
from shop.merchants.models import Merchant


class BadSecrets(Refused):
    """A typed secret is malformed, repeated, or was in this merchant's stock before."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Secrets ready to be handed over; nothing of them can be read."""

    drafts: Sequence[Draft]

    def __len__(self) -> int:
        return len(self.drafts)


@sensitive_variables()
def seal_typed(*, secrets: Sequence[str], merchant: Merchant) -> Typed:
    """Check and seal lines as typed (see `parse.lines`), before any lock is held; raises BadSecrets naming the line."""
    found = parse.sort(secrets)
    for bad in (*found.bad, *found.again):
        raise BadSecrets(_("Line %(line)d: %(why)s.") % {"line": bad.line, "why": bad.problem.value})
    known = holders_of(fingerprint(secret) for secret in found.secrets)
    for secret, line in found.secrets.items():
        if merchant.pk in known.get(fingerprint(secret), {}):
            raise BadSecrets(_("Line %(line)d: this was in your stock before; it may be sold already.") % {"line": line})
    return Typed([sealed(secret, merchant) for secret in found.secrets])


def hand_over_typed(*, typed: Typed, reservation: Reservation, user: User | None, source: str, now: dt.datetime) -> Batch:
    """Take the secrets in as one Batch and on to DELIVERED under the reservation, which is paid. Inner step.

    Raises BadSecrets where one of them came into stock meanwhile, Busy where another import holds the shop's intake.
    """
    merchant = reservation.sku.listing.merchant
    alone(f"intake:{merchant.pk}", _("An import of this shop is being stored. Please confirm again in a moment."))
    holders = holders_of(draft.fingerprint for draft in typed.drafts)
    if any(merchant.pk in holders.get(draft.fingerprint, {}) for draft in typed.drafts):
        raise BadSecrets(_("One of these came into your stock a moment ago. Please check them."))
    batch = Batch(sku=reservation.sku, created_at=now, created_by=user, source=source[:120], new=len(typed))
    batch.save(force_insert=True)
    store(typed.drafts, batch=batch, holders=holders, now=now)
    units = list(StockUnit.objects.filter(batch=batch).order_by("position").select_for_update(of=("self",)))
    path = (UnitStatus.RESERVED, UnitStatus.ALLOCATED, UnitStatus.DELIVERED)
    actor = user.holder if user else "import"
    changes = {"reservation": reservation, "holder": reservation.holder}
    move_all(units, *path, now=now, actor=actor, reason="typed in", changes=changes)
    return batch
