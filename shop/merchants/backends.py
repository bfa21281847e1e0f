from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from kameng.accounts.models import User
from kameng.accounts.roles import granted


def roles_of(user: User) -> set[str]:
    """The names under which GRANTS lists this person, read afresh for each request's user object."""
    cached: set[str] | None = getattr(user, "_roles", None)
    if cached is None:
        cached = set(user.memberships.values_list("role", flat=True))  # type: ignore[attr-defined]
        if user.platform_role:
            cached.add(f"PLATFORM_{user.platform_role}")
        user._roles = cached  # type: ignore[attr-defined]
    return cached


class RoleBackend(ModelBackend):
    """Permissions from the one table of roles; passwords are allauth's business."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:  # type: ignore[override]
        if not isinstance(user_obj, User) or not user_obj.is_active or not user_obj.is_staff:
            return False
        app, _, codename = perm.partition(".")
        action, _, model = codename.partition("_")
        return granted(roles_of(user_obj), f"{app}.{model}", action)

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:  # type: ignore[override]
        if not isinstance(user_obj, User) or not user_obj.is_active or not user_obj.is_staff:
            return False
        from kameng.accounts.roles import GRANTS

        return any(label.startswith(f"{app_label}.") for role in roles_of(user_obj) for label in GRANTS.get(role, {}))
