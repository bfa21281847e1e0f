"""Who may do what in the admin: the one table of roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

VIEW = frozenset({"view"})
EDIT = frozenset({"view", "add", "change"})
FULL = frozenset({"view", "add", "change", "delete"})


class MerchantRole(models.TextChoices):
    OWNER = "OWNER", _("Owner")
    CATALOGUE = "CATALOGUE", _("Catalogue")
    ORDERS = "ORDERS", _("Orders")
    FINANCE = "FINANCE", _("Finance")


class PlatformRole(models.TextChoices):
    OPERATOR = "OPERATOR", _("Operator")
    SUPPORT = "SUPPORT", _("Support")
    RISK = "RISK", _("Risk")
    FINANCE = "FINANCE", _("Platform finance")


_CATALOGUE = {
    "catalog.listing": EDIT,
    "catalog.sku": EDIT,
    "catalog.pricetier": FULL,
    "catalog.category": VIEW,
    "inventory.batch": frozenset({"view", "add"}),
    "inventory.stockunit": VIEW,
    "inventory.movement": VIEW,
    "merchants.merchant": VIEW,
}
#: Who may read what is sold: as files, and one by one.
_SECRETS = {
    "inventory.batch": frozenset({"view", "add", "export"}),
    "inventory.stockunit": frozenset({"view", "reveal"}),
}
#: Who may be the second person: at their merchant, or on the platform.
_SECOND_OWNER = frozenset({"view", "approve_export"})
_SECOND_OPERATOR = frozenset({"view", "approve_export", "approve_refund"})
_SECOND_FINANCE = frozenset({"view", "approve_refund"})
#: What programs get in with: what is made by one owner, any owner may end.
_KEYS = frozenset({"view", "add", "revoke"})
_ORDERS = {
    "orders.order": VIEW,
    "orders.orderline": VIEW,
    "delivery.fulfillment": VIEW,
    "delivery.handdelivery": frozenset({"view", "change"}),
    "delivery.shipment": VIEW,
    "inventory.stockunit": VIEW,
    "catalog.sku": VIEW,
    "catalog.listing": VIEW,
    "merchants.merchant": VIEW,
}
_MONEY = {
    "orders.order": VIEW,
    "orders.orderline": VIEW,
    "ledger.account": VIEW,
    "ledger.escrowhold": VIEW,
    "merchants.merchant": VIEW,
}
_PLATFORM_VIEW = {
    **dict.fromkeys((*_CATALOGUE, *_ORDERS, *_MONEY), VIEW),
    "payments.payment": VIEW,
    "payments.refund": VIEW,
    "payments.notice": VIEW,
    "payments.refusednotice": VIEW,
    "notices.alarm": VIEW,
    "notices.notification": VIEW,
    "ledger.journal": VIEW,
}

#: role → model label → actions. A role that is not listed may do nothing; an action that is not listed is refused.
GRANTS: dict[str, dict[str, frozenset[str]]] = {
    MerchantRole.OWNER: {
        **_ORDERS,
        **_MONEY,
        **_CATALOGUE,
        **_SECRETS,
        "merchants.member": FULL,
        "merchants.apikey": _KEYS,
        "approvals.approval": _SECOND_OWNER,
    },
    MerchantRole.CATALOGUE: _CATALOGUE,
    MerchantRole.ORDERS: _ORDERS,
    MerchantRole.FINANCE: _MONEY,
    f"PLATFORM_{PlatformRole.OPERATOR}": {
        **_PLATFORM_VIEW,
        "catalog.category": FULL,
        "catalog.listing": EDIT,
        "catalog.sku": EDIT,
        "catalog.pricetier": FULL,
        "merchants.merchant": EDIT,
        "merchants.member": FULL,
        "accounts.user": EDIT,
        "payments.gatewayaccount": EDIT,
        "notices.alarm": frozenset({"view", "change"}),
        "delivery.shipment": frozenset({"view", "change"}),
        "audit.entry": VIEW,
        "tasks.failingrow": VIEW,
        "approvals.approval": _SECOND_OPERATOR,
    },
    f"PLATFORM_{PlatformRole.SUPPORT}": {**_PLATFORM_VIEW, "delivery.shipment": frozenset({"view", "change"})},
    f"PLATFORM_{PlatformRole.RISK}": {**_PLATFORM_VIEW, "audit.entry": VIEW},
    f"PLATFORM_{PlatformRole.FINANCE}": {
        **_PLATFORM_VIEW,
        "ledger.account": VIEW,
        "payments.refund": frozenset({"view", "change"}),
        "approvals.approval": _SECOND_FINANCE,
        "notices.alarm": frozenset({"view", "change"}),
    },
}


def granted(roles: set[str], label: str, action: str) -> bool:
    """True when any of the roles allows `action` (view, add, change, delete, export, reveal, revoke, approve_…)."""
    return any(action in GRANTS.get(role, {}).get(label, frozenset()) for role in roles)
