from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

# The desk is no app: its pages must be there before the admin's addresses are made.
import fulfillment.desk.admin
import fulfillment.desk.approvals  # noqa: F401
from shop.merchants.api import Nowhere

api: list[URLPattern | URLResolver] = [
    path("", include("shop.inventory.urls")),
    path("", include("shop.orders.urls")),
    path("", include("fulfillment.delivery.urls")),
    re_path(r"", Nowhere.as_view(), name="api_nowhere"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shop.storefront.urls")),
    path("", include("shop.payments.urls")),
    path("o/", include("fulfillment.tracking.urls")),
    path("orders/", include("fulfillment.tracking.mine.urls")),
    path("account/", include("fulfillment.tracking.security.urls")),
    path("account/", include("kameng.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include(api)),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("fulfillment.demo.urls")))

handler500 = "kameng.lib.errors.server_error"
