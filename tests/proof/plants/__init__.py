"""Corruptions made by hand, each against exactly one invariant: what a bug, a wrong script or a thief might leave."""

from tests.proof.plants import money, orders, secrets, stock
from tests.proof.plants.register import PLANTS

__all__ = ["PLANTS", "money", "orders", "secrets", "stock"]
