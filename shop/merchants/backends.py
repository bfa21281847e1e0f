from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from kameng.accounts.models import User
from kameng.accounts.roles import GRANTS


class RoleBackend(ModelBackend):
    """Permissions from the one table of roles; passwords are allauth's business."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        if not isinstance(user_obj, User):
            return False
        app, _, codename = perm.partition(".")
        action, _, model = codename.partition("_")
        return bool(user_obj.reach(f"{app}.{model}", action))

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        if not isinstance(user_obj, User) or not (user_obj.is_active and user_obj.is_staff):
            return False
        labels = {label for role, _place in user_obj.held_roles for label in GRANTS.get(role, {})}
        return any(label.startswith(f"{app_label}.") for label in labels)
