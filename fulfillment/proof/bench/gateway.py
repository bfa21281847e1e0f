"""A gateway without a side of its own, so that a benchmark measures this shop and not a sandbox's books."""

from collections.abc import Mapping
from typing import ClassVar, Self

from shop.payments.gateways.base import Charge, Created
from shop.payments.gateways.sandbox.gateway import SandboxGateway


class SilentGateway(SandboxGateway):
    """Takes every charge at once and keeps no record of it."""

    code: ClassVar[str] = "silent"

    @classmethod
    def opened(cls, config: Mapping[str, str]) -> Self:
        return cls(pid=config["pid"], key=config["key"])

    def create(self, charge: Charge) -> Created:
        return Created(pay_url="/", trade_no=charge.number)
