from django.urls import path

from fulfillment.tracking.mine.views import orders

urlpatterns = [path("", orders, name="orders")]
