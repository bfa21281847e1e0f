from django.urls import path

from fulfillment.tracking import views

urlpatterns = [
    path("k/<slug:token>/", views.order_link, name="order_link"),
    path("<slug:number>/", views.order, name="order"),
    path("<slug:number>/state/", views.order_state, name="order_state"),
    path("<slug:number>/reveal/", views.reveal_keys, name="reveal"),
    path("<slug:number>/download/", views.download, name="download"),
]
