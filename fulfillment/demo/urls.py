from django.urls import path

from fulfillment.demo import views

urlpatterns = [
    path("", views.demo, name="demo"),
    path("as/<int:pk>/", views.demo_as, name="demo_as"),
    path("mail/", views.demo_mail, name="demo_mail"),
    path("mail/<str:key>/", views.demo_letter, name="demo_letter"),
]
