from django.urls import path

from shop.storefront.policy import leads_to_gateways
from shop.storefront.views.cart import cart, cart_add
from shop.storefront.views.checkout import checkout, recipient
from shop.storefront.views.face import face
from shop.storefront.views.home import home
from shop.storefront.views.listing import listing
from shop.storefront.views.lookup import lookup, lookup_sent
from shop.storefront.views.messages import message_open, message_settings, messages, messages_read, stop_mail
from shop.storefront.views.pay import pay, pay_check, pay_extend, pay_live, pay_start
from shop.storefront.views.shelf import category, merchant, search
from shop.storefront.views.wallet import wallet, wallet_export

urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("c/<slug:slug>/", category, name="category"),
    path("m/<slug:slug>/", merchant, name="merchant"),
    path("p/<slug:slug>/", listing, name="listing"),
    path("cart/", cart, name="cart"),
    path("cart/add/", cart_add, name="cart_add"),
    path("checkout/", leads_to_gateways(checkout), name="checkout"),
    path("checkout/recipient/", recipient, name="checkout_recipient"),
    path("o/<slug:number>/pay/", leads_to_gateways(pay), name="pay"),
    path("o/<slug:number>/pay/live/", pay_live, name="pay_live"),
    path("o/<slug:number>/pay/start/", pay_start, name="pay_start"),
    path("o/<slug:number>/pay/extend/", pay_extend, name="pay_extend"),
    path("o/<slug:number>/pay/check/", pay_check, name="pay_check"),
    path("lookup/", lookup, name="lookup"),
    path("lookup/sent/", lookup_sent, name="lookup_sent"),
    path("wallet/", wallet, name="wallet"),
    path("wallet/export/", wallet_export, name="wallet_export"),
    path("messages/", messages, name="messages"),
    path("messages/read/", messages_read, name="messages_read"),
    path("messages/settings/", message_settings, name="message_settings"),
    path("messages/stop/<str:token>/", stop_mail, name="stop_mail"),
    path("messages/<str:key>/open/", message_open, name="message_open"),
    path("face/<str:key>.svg", face, name="face"),
]
