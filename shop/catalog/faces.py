"""Names of card faces in addresses: each holds a digest of what is drawn, so that its image can be kept for good."""

import hashlib
from dataclasses import astuple

from kameng.lib.cardface import Face
from shop.catalog.models import Category, Sku


def sku_face(sku: Sku) -> Face:
    """What stands on the card of a SKU; its listing and category are at hand."""
    listing = sku.listing
    return Face(
        seed=f"listing:{listing.pk}",
        category=listing.category.face,
        title=listing.brand,
        value=sku.value,
        unit=sku.unit,
        glyph=listing.glyph,
        tag=listing.region,
    )


def category_face(category: Category) -> Face:
    """The card of a shelf: only its glyph is drawn large."""
    return Face(seed=f"category:{category.pk}", category=category.face, title=category.name, glyph=category.glyph)


def sku_face_name(sku: Sku) -> str:
    """`s12.1f3a9c04`: the SKU, and a digest of its face."""
    return f"s{sku.pk}.{digest(sku_face(sku))}"


def category_face_name(category: Category) -> str:
    """`c3.77aa0b12`: the category, and a digest of its face."""
    return f"c{category.pk}.{digest(category_face(category))}"


def digest(face: Face) -> str:
    """Eight hex characters that change with anything that is drawn."""
    return hashlib.blake2b(repr(astuple(face)).encode(), digest_size=4).hexdigest()
