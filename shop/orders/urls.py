from django.urls import path

from shop.orders import api

urlpatterns = [
    path("orders/", api.Orders.as_view(), name="api_orders"),
    path("orders/<slug:number>/", api.OneOrder.as_view(), name="api_order"),
]
