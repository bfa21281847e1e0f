"""A claim changes hands without a unit changing its place. Inner step of the verb that adopts a guest's order."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kameng.lib.transitions import Refused
from shop.inventory.models import Reservation, StockUnit


class AlreadyHas(Refused):
    """The new holder has one of these shared secrets already; nothing was changed."""


def rename(*, reservation_id: int, holder: str) -> None:
    """The reservation and all units under it are this holder's from now on; raises AlreadyHas. The caller holds the order."""
    claim = Reservation.objects.select_for_update(of=("self",)).get(pk=reservation_id)
    units = StockUnit.objects.filter(reservation=claim).exclude(holder="")
    locked = list(units.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            StockUnit.objects.filter(pk__in=locked, reservation=claim).update(holder=holder)
    except IntegrityError as error:
        raise AlreadyHas(_("You have one of these keys already; nobody gets the same one twice.")) from error
    Reservation.objects.filter(pk=claim.pk).update(holder=holder)
