"""Who works for a merchant."""

from django.db import transaction

from kameng.accounts.models import User
from shop.merchants.models import Member, Merchant


@transaction.atomic
def join(*, merchant: Merchant, user: User, role: str) -> Member:
    """Give a person a role at the merchant, and with it the door of the admin; the same role twice is one."""
    member, _created = Member.objects.get_or_create(merchant=merchant, user=user, role=role)
    User.objects.filter(pk=user.pk, is_staff=False).update(is_staff=True)
    return member


@transaction.atomic
def leave(*, member: Member) -> None:
    """Take the role away; who has no other role left may not enter the admin any more."""
    member.delete()
    if not Member.objects.filter(user=member.user_id).exists():
        User.objects.filter(pk=member.user_id, platform_role="", is_superuser=False).update(is_staff=False)
