from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from kameng.lib.cardface import Face, Size, UnknownFace, parse_key, sheet
from shop.catalog.faces import category_face, digest, sku_face
from shop.catalog.models import Category, Sku
from shop.storefront.typed import whole

FOREVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=60"
#: No page shows more.
MOST = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """One face of a page: `subject` is `s` or `c` and a number, `told` the digest of what was drawn when the page was made."""

    key: str
    subject: str
    told: str
    size: Size
    dim: bool


# A shop window has no secret that the size of a compressed answer could betray.
@gzip_page
@require_safe
def face(request: HttpRequest, key: str) -> HttpResponse:
    """Card faces as one image, keys with commas; kept for good when its name has the digests of what is drawn now."""
    wanted = [_wanted(each) for each in key.split(",")]
    if len(wanted) > MOST:
        raise Http404
    faces = _faces([each.subject for each in wanted])
    drawn = {each.key: (faces[each.subject], each.size, each.dim) for each in wanted if each.subject in faces}
    if not drawn:
        raise Http404
    same = all(each.key in drawn and each.told == digest(faces[each.subject]) for each in wanted)
    # An SVG opened by itself is a document: it gets no rights at all.
    headers = {
        "Cache-Control": FOREVER if same else SOON,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return HttpResponse(sheet(drawn), content_type="image/svg+xml", headers=headers)


def _wanted(key: str) -> Wanted:
    try:
        name, size, dim = parse_key(key)
    except UnknownFace as unknown:
        raise Http404 from unknown
    subject, _dot, told = name.partition(".")
    return Wanted(key, subject, told, size, dim)


def _faces(subjects: Sequence[str]) -> dict[str, Face]:
    """The faces of these SKUs and categories, as far as they exist."""
    numbers = {kind: [whole(each[1:]) or 0 for each in subjects if each[:1] == kind] for kind in "sc"}
    skus = Sku.objects.filter(pk__in=numbers["s"]).select_related("listing__category")
    shelves = Category.objects.filter(pk__in=numbers["c"])
    return {f"s{sku.pk}": sku_face(sku) for sku in skus} | {f"c{each.pk}": category_face(each) for each in shelves}
