"""Buyers' inputs: a library of typed fields, and the form that is made of them.

A merchant composes fields from the types of `library`, never from patterns; `specs` reads and writes them as JSON. A page
makes a `RecipientForm` of them and shows it with `<c-recipient>` and `<c-confirm>`; an order keeps what `keep` gives:

    form = RecipientForm(load(given), request.POST)
    if form.confirmed:
        line.recipient = keep(form.specs, form.values)

What is typed is screened (`kameng.lib.text`), then read by its type, whose refusals say how many characters are missing and
which one is wrong (`said`). A stored value never changes when it is cleaned again.

A new type is a frozen dataclass derived from `OneInput` or `ManyInputs`, whose fields are its parameters (`params`), and a
line in `library`. Its tests begin in `tests/lib/inputs_world.py`, which asserts that no type is missing there: the laws of
all types, and the texts that stall patterns, hold for it from then on.
"""
