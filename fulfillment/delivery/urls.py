from django.urls import path

from fulfillment.delivery import api

urlpatterns = [path("lines/<int:pk>/deliver/", api.Deliver.as_view(), name="api_deliver")]
