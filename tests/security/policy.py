"""The one table of who may reach what: every page of the admin and every address of the house stands in it (C10)."""

from enum import Enum


class Who(Enum):
    """For whom something is."""

    PUBLIC = "anybody"
    OWN_ORDER = "who bought, and nobody else"
    MEMBER = "who is signed in, about themselves"
    SIGNING_IN = "part of signing in or of a proof: says nothing about anybody"
    SIGNED = "who holds a signature or a token of ours"
    STAFF = "anybody behind the admin's door: of no row"
    TENANT = "a merchant's people, about their merchant's rows; the platform about all"
    SHARED = "everybody with a role for it, the same rows for all"
    PROGRAM = "a program with a key of a merchant, about that merchant's rows"
    PLATFORM = "the platform alone"
    CLOSED = "nobody"
    DEMO = "whoever opens the demo, where there is one"


#: model → for whom its pages are.
MODELS = {
    **dict.fromkeys(("catalog.listing", "catalog.sku", "inventory.batch", "inventory.stockunit"), Who.TENANT),
    **dict.fromkeys(("approvals.approval", "merchants.apikey"), Who.TENANT),
    **dict.fromkeys(("orders.order", "orders.orderline", "merchants.merchant", "ledger.account"), Who.TENANT),
    **dict.fromkeys(("delivery.fulfillment", "delivery.handdelivery", "delivery.shipment"), Who.TENANT),
    "catalog.category": Who.SHARED,
    **dict.fromkeys(("accounts.user", "audit.entry", "notices.alarm", "tasks.failingrow", "ledger.journal"), Who.PLATFORM),
    **dict.fromkeys(("payments.payment", "payments.refund", "payments.notice", "payments.refusednotice"), Who.PLATFORM),
    "payments.gatewayaccount": Who.PLATFORM,
}
#: tenant model → where a merchant's key stands on its rows; of accounts and merchants, see `Shop.rows`.
PATHS = {
    "approvals.approval": "merchant",
    "merchants.apikey": "merchant",
    "catalog.listing": "merchant",
    "catalog.sku": "listing__merchant",
    "inventory.batch": "sku__listing__merchant",
    "inventory.stockunit": "sku__listing__merchant",
    "orders.order": "lines__merchant",
    "orders.orderline": "merchant",
    "merchants.merchant": "pk",
    "delivery.fulfillment": "line__merchant",
    "delivery.handdelivery": "line__merchant",
    "delivery.shipment": "line__merchant",
}

#: Pages of the admin that are not the usual six of a model: of one row, and of none.
ROW_PAGES = {
    "catalog_sku_asks": Who.TENANT,
    "catalog_sku_asks_preview": Who.TENANT,
    "catalog_sku_pieces": Who.TENANT,
    "inventory_batch_progress": Who.TENANT,
    "inventory_batch_export": Who.TENANT,
    "inventory_batch_withdraw": Who.TENANT,
    "inventory_stockunit_reveal": Who.TENANT,
    "merchants_apikey_revoke": Who.TENANT,
    "payments_refund_paid_by_hand": Who.PLATFORM,
    **dict.fromkeys(("notices_alarm_row", "notices_alarm_close"), Who.PLATFORM),
}
OTHER_PAGES = {
    "index": Who.STAFF,
    "search": Who.STAFF,
    "autocomplete": Who.TENANT,
    "jsi18n": Who.STAFF,
    "app_list": Who.STAFF,
    "login": Who.SIGNING_IN,
    "logout": Who.SIGNING_IN,
    "password_change": Who.STAFF,
    "password_change_done": Who.STAFF,
    "view_on_site": Who.CLOSED,
    "orders_order_by_key": Who.PLATFORM,
    "delivery_handdelivery_next": Who.TENANT,
}

#: Every other address of the house, by its name; those of allauth begin with the name of its part.
SHOP = {
    **dict.fromkeys(("home", "search", "category", "merchant", "listing", "face", "cart", "cart_add"), Who.PUBLIC),
    **dict.fromkeys(("checkout", "checkout_recipient", "lookup", "lookup_sent", "set_language"), Who.PUBLIC),
    **dict.fromkeys(("pay", "pay_live", "pay_start", "pay_extend", "pay_check"), Who.OWN_ORDER),
    **dict.fromkeys(("order", "order_state", "reveal", "received", "resend", "download"), Who.OWN_ORDER),
    "orders": Who.PUBLIC,
    **dict.fromkeys(("wallet", "wallet_export", "messages", "messages_read", "message_settings"), Who.MEMBER),
    **dict.fromkeys(("message_open", "security", "end_sessions", "end_session"), Who.MEMBER),
    **dict.fromkeys(("second_factor", "prove"), Who.SIGNING_IN),
    **dict.fromkeys(("notify", "stop_mail", "order_link", "pay_return", "sandbox"), Who.SIGNED),
    **dict.fromkeys(("api_skus", "api_units", "api_orders", "api_order", "api_deliver"), Who.PROGRAM),
    "api_nowhere": Who.CLOSED,
    **dict.fromkeys(("demo", "demo_as", "demo_mail", "demo_letter"), Who.DEMO),
}
ALLAUTH = {
    **dict.fromkeys(("account_email", "account_change_password", "account_set_password"), Who.MEMBER),
    **dict.fromkeys(("mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"), Who.MEMBER),
    **dict.fromkeys(("mfa_generate_recovery_codes", "mfa_download_recovery_codes", "usersessions_list"), Who.MEMBER),
    **dict.fromkeys(("mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"), Who.MEMBER),
    **dict.fromkeys(("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"), Who.MEMBER),
    **dict.fromkeys(("account_login", "account_logout", "account_signup", "account_inactive"), Who.SIGNING_IN),
    **dict.fromkeys(("account_email_verification_sent", "account_reset_password"), Who.SIGNING_IN),
    **dict.fromkeys(("account_confirm_login_code", "account_request_login_code"), Who.SIGNING_IN),
    **dict.fromkeys(("account_confirm_password_reset_code", "account_complete_password_reset"), Who.SIGNING_IN),
    **dict.fromkeys(("account_password_reset_completed", "mfa_authenticate", "mfa_login_webauthn"), Who.SIGNING_IN),
}
#: Addresses without a name: what leads to the security page, and what says that there is nothing.
NAMELESS = {
    "/account/2fa/": Who.MEMBER,
    "/account/2fa/webauthn/": Who.MEMBER,
    "/account/sessions/": Who.MEMBER,
    "/o/": Who.CLOSED,
}
