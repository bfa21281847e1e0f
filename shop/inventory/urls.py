from django.urls import path

from shop.inventory import api

urlpatterns = [
    path("skus/", api.Skus.as_view(), name="api_skus"),
    path("skus/<int:pk>/units/", api.Units.as_view(), name="api_units"),
]
