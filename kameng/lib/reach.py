"""Where a person may do something in the admin."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Reach:
    """Everywhere, or at some merchants (by key); false when nowhere."""

    everywhere: bool = False
    merchants: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.merchants)


def reach_of(request: HttpRequest, label: str, action: str) -> Reach:
    """The reach of who asks for `action` on the model `app.model`; a visitor has none."""
    ask = getattr(request.user, "reach", None)
    reach: Reach = ask(label, action) if ask else Reach()
    return reach
