from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kameng.accounts.roles import PlatformRole, granted
from kameng.lib import crypto
from kameng.lib.reach import Reach


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with this address; without a password until one is set."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A platform operator with every permission."""
        fields |= {"is_staff": True, "is_superuser": True, "platform_role": PlatformRole.OPERATOR}
        return self.create_user(email, password, **fields)


class User(AbstractUser):
    """A person who signs in by e-mail: buyer, merchant's staff or platform staff."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("display name"), max_length=60, blank=True)
    platform_role = models.CharField(_("platform role"), max_length=20, choices=PlatformRole.choices, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def holder(self) -> str:
        """The opaque owner of this person's accounts and reservations."""
        return f"user:{self.pk}"

    @cached_property
    def held_roles(self) -> list[tuple[str, int | None]]:
        """Names under which GRANTS lists this person, each with the merchant it holds for; None is the platform."""
        platform = [(f"PLATFORM_{self.platform_role}", None)] if self.platform_role else []
        return [*platform, *self.memberships.values_list("role", "merchant_id")]

    def reach(self, label: str, action: str) -> Reach:
        """Where this person may do `action` (view, add, change, delete) on the model `app.model` in the admin.

        A role at one merchant gives nothing at another; being a superuser gives nothing by itself.
        """
        if not (self.is_active and self.is_staff):
            return Reach()
        places = {place for role, place in self.held_roles if granted({role}, label, action)}
        return Reach(None in places, frozenset(place for place in places if place is not None))


class FactorKey(models.Model):
    """The key of a second factor, sealed; allauth's own row holds the reference."""

    ref = models.CharField(max_length=40, unique=True)
    sealed = models.TextField()

    objects: ClassVar[models.Manager["FactorKey"]] = models.Manager()

    def __str__(self) -> str:
        return self.ref

    @property
    def place(self) -> crypto.Place:
        """What the sealed value is bound to."""
        return crypto.Place("accounts.factorkey", "", self.ref)
