"""Texts of sign-in and sign-up that come from libraries and read badly, or not at all, in Chinese: collected with ours."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

TEXTS = (
    # Of allauth's forms and pages.
    _("Email"),
    _("Email address"),
    _("Password (again)"),
    _("New Password (again)"),
    _("The email address and/or password you specified are not correct."),
    _("A user is already registered with this email address."),
    _("You must type the same password each time."),
    _("Please type your current password."),
    _("Email Addresses"),
    _("The following email addresses are associated with your account:"),
    _("Verified"),
    _("Unverified"),
    _("Primary"),
    _("Make Primary"),
    _("Re-send Verification"),
    _("Remove"),
    _("Add Email Address"),
    _("Add Email"),
    _("Password Reset"),
    _("Reset My Password"),
    _("Forgotten your password? Enter your email address below, and we'll send you an email allowing you to reset it."),
    _("Please contact us if you have any trouble resetting your password."),
    _(
        "We have sent you an email. If you have not received it please check your spam folder. "
        "Otherwise contact us if you do not receive it in a few minutes."
    ),
    _("Bad Token"),
    _("Confirm Email Address"),
    _("Verify Your Email Address"),
    _("Account Inactive"),
    _("This account is inactive."),
    _("Enter your password:"),
    _("Confirm Access"),
    _("Please reauthenticate to safeguard your account."),
    _("Confirmation email sent to %(email)s."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("You have confirmed %(email)s."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("Removed email address %(email)s."),
    _("Primary email address set."),
    _("Your primary email address must be verified."),
    _("Hello from %(site_name)s!"),
    _("Please Confirm Your Email Address"),
    _("Code"),
    _("Incorrect code."),
    # Of Django's password rules and fields.
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("This field is required."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
)
