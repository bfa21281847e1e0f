from django.urls import path

from shop.payments.views import notify, pay_return, sandbox

urlpatterns = [
    path("pay/n/<slug:public_id>/", notify, name="notify"),
    path("pay/r/<slug:number>/", pay_return, name="pay_return"),
    path("sandbox/<slug:trade_no>/", sandbox, name="sandbox"),
]
