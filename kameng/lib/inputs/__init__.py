"""Buyers' inputs: a library of typed fields that a merchant composes, and the form made of them."""
