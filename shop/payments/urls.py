from django.urls import path

from shop.payments.views import notify, pay_return, sandbox

urlpatterns = [
    path("pay/n/<str:public_id>/", notify, name="notify"),
    path("pay/r/<str:number>/", pay_return, name="pay_return"),
    path("sandbox/<str:trade_no>/", sandbox, name="sandbox"),
]
