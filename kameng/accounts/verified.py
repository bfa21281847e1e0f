"""Which addresses somebody has shown to be theirs."""

from allauth.account.models import EmailAddress

from kameng.accounts.models import User


def verified_addresses(user: User) -> list[str]:
    """The addresses of this person that a code or a link was read at."""
    return list(EmailAddress.objects.filter(user=user, verified=True).order_by("pk").values_list("email", flat=True))


def is_verified(user: User, address: str) -> bool:
    """Whether this person has shown that the address is theirs."""
    found: bool = EmailAddress.objects.filter(user=user, verified=True, email__iexact=address).exists()
    return found
