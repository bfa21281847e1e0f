from django.urls import path, re_path

from fulfillment.tracking import views

urlpatterns = [
    path("k/<slug:token>/", views.order_link, name="order_link"),
    path("<slug:number>/", views.order, name="order"),
    path("<slug:number>/state/", views.order_state, name="order_state"),
    path("<slug:number>/reveal/", views.reveal_keys, name="reveal"),
    path("<slug:number>/received/", views.received, name="received"),
    path("<slug:number>/resend/", views.resend, name="resend"),
    path("<slug:number>/download/", views.download, name="download"),
    # With a slash at its end, as Django adds it where it is missing.
    re_path(r"^(?:[^\0]*/)?$", views.nothing),
]
