from django.urls import path
from django.views.generic import RedirectView

from kameng.accounts.views import prove, second_factor

#: The security page shows at once what allauth's overviews would show one by one: they lead there.
security = RedirectView.as_view(pattern_name="security")

urlpatterns = [
    path("second-factor/", second_factor, name="second_factor"),
    path("prove/", prove, name="prove"),
    path("2fa/", security),
    path("2fa/webauthn/", security),
    path("sessions/", security),
]
