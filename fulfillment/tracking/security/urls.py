from django.urls import path

from fulfillment.tracking.security.views import end_session, end_sessions, security

urlpatterns = [
    path("security/", security, name="security"),
    path("security/sessions/end/", end_sessions, name="end_sessions"),
    path("security/sessions/<int:pk>/end/", end_session, name="end_session"),
]
