"""Lists to choose from: one list, or servers by region."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kameng.lib.inputs.base import ManyInputs, OneInput, Part, Words
from kameng.lib.inputs.params import Group, Groups, Names, param
from kameng.lib.inputs.said import refusal
from kameng.lib.text import clean_prose

#: Between region and server in the value of an option: a server's name alone may stand in several regions, and a place in
#: the list would be another server as soon as a merchant changes the list.
WITHIN = " / "


def _gone() -> ValidationError:
    return refusal("gone", _("This is not in the list, or not any more. Please choose again."))


@dataclass(frozen=True, kw_only=True)
class Choice(OneInput):
    """One of a merchant's list: a region, a platform, a package."""

    name: ClassVar[str] = "choice"
    title: ClassVar[Words] = gettext_lazy("choice from a list")

    options: tuple[str, ...] = param(Names(label=gettext_lazy("choices"), most=200))

    def part(self) -> Part:
        return Part(shape="choice", options=self.options, attrs={"autocomplete": "off"})

    def fold(self, typed: str) -> str:
        return clean_prose(typed)

    def read(self, folded: str) -> str:
        if folded not in self.options:
            raise _gone()
        return folded

    def missing(self) -> ValidationError:
        return _missing()

    def masked(self, value: str) -> str:
        return value


@dataclass(frozen=True, kw_only=True)
class Server(ManyInputs):
    """A region and one of its servers."""

    name: ClassVar[str] = "server"
    title: ClassVar[Words] = gettext_lazy("region and server")
    is_headed: ClassVar[bool] = False

    regions: tuple[Group, ...] = param(Groups(label=gettext_lazy("regions and their servers"), most=50, most_items=200))

    def agree(self) -> None:
        if any(WITHIN in name for region in self.regions for name in region.items):
            raise ValidationError({"regions": _("The name of a server must not hold “%(sign)s”.") % {"sign": WITHIN}})

    def parts(self) -> tuple[Part, ...]:
        names = tuple(region.name for region in self.regions)
        qualified = tuple(
            Group(region.name, tuple(f"{region.name}{WITHIN}{name}" for name in region.items)) for region in self.regions
        )
        # A page's script shows the servers of the chosen region alone.
        region = {"autocomplete": "off", "data-narrows": ""}
        server = {"autocomplete": "off", "data-narrowed": ""}
        return (
            Part(
                name="region",
                label=pgettext_lazy("of a game", "Region"),
                shape="choice",
                span="half",
                options=names,
                attrs=region,
            ),
            Part(
                name="server",
                label=pgettext_lazy("of a game", "Server"),
                shape="choice",
                span="half",
                groups=qualified,
                attrs=server,
            ),
        )

    def read(self, given: dict[str, str]) -> dict[str, str]:
        named, at, server = given["server"].rpartition(WITHIN)
        # Who chose a server has said its region: without scripts the list of servers holds those of all regions.
        region = given["region"] or named
        if not region or not server:
            chosen = {"region": region, "server": server}
            raise ValidationError({name: _missing() for name, value in chosen.items() if not value})
        servers = {each.name: each.items for each in self.regions}
        if region not in servers:
            raise ValidationError({"region": _gone()})
        if at and named != region:
            message = _("This server is in %(its)s, and the region chosen is %(region)s. Please choose the server again.")
            raise ValidationError({"server": refusal("elsewhere", message, its=named, region=region)})
        if server not in servers[region]:
            raise ValidationError({"server": _gone()})
        return {"region": region, "server": server}

    def shown(self, value: dict[str, str]) -> str:
        return f"{value['region']}{WITHIN}{value['server']}"

    def typed(self, value: dict[str, str]) -> dict[str, str]:
        return {"region": value["region"], "server": self.shown(value)}

    def masked(self, value: dict[str, str]) -> str:
        return self.shown(value)


def _missing() -> ValidationError:
    return refusal("required", _("Please choose."))
