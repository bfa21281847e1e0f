"""The shop as a machine of rules: people do anything in any order, and time goes by. Each module is a part of the shop."""

from tests.proof.machine.buying import Buying
from tests.proof.machine.members import Members
from tests.proof.machine.stocking import Stocking
from tests.proof.machine.time import Time


class ShopMachine(Buying, Members, Stocking, Time):
    """Buyers, a gateway, merchants, support and workers: what left a purse comes back as goods or as money."""
