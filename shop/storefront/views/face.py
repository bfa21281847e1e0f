from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kameng.lib.cardface import Face, UnknownFace, draw, parse_key
from shop.catalog.faces import category_face, digest, sku_face
from shop.catalog.models import Category, Sku
from shop.storefront.typed import whole

FOREVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=60"


@require_safe
def face(request: HttpRequest, key: str) -> HttpResponse:
    """A card face as an image; kept for good when its name has the digest of what is drawn now."""
    try:
        name, size, dim = parse_key(key)
    except UnknownFace as unknown:
        raise Http404 from unknown
    subject, _dot, told = name.partition(".")
    drawn = _face(subject)
    if drawn is None:
        raise Http404
    keep = FOREVER if told == digest(drawn) else SOON
    # An SVG opened by itself is a document: it gets no rights at all.
    headers = {"Cache-Control": keep, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HttpResponse(draw(drawn, size, dim), content_type="image/svg+xml", headers=headers)


def _face(subject: str) -> Face | None:
    kind, pk = subject[:1], whole(subject[1:]) or 0
    if kind == "s":
        sku = Sku.objects.filter(pk=pk).select_related("listing__category").first()
        return sku_face(sku) if sku else None
    category = Category.objects.filter(pk=pk).first() if kind == "c" else None
    return category_face(category) if category else None
