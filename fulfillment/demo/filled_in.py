"""What buyers of the demo's past filled in: good for every field type that its goods ask with."""

import secrets

from kameng.lib.inputs.base import Value
from kameng.lib.inputs.choices import Choice, Server
from kameng.lib.inputs.codes import RoleId
from kameng.lib.inputs.specs import FieldSpec
from shop.catalog.models import Sku

TEXTS = {"name": "周小满", "text": "云间一鹤", "email": "reader@example.com", "qq": "10001", "mainland-phone": "13800138000"}
HOME = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "detail": "文三路 1 号 2 幢 301"}


def filled_in(sku: Sku) -> dict[str, Value]:
    """Values for all that the SKU asks for, by key."""
    return {spec.key: _value(spec) for spec in sku.asks}


def _value(spec: FieldSpec) -> Value:
    kind = spec.kind
    if isinstance(kind, RoleId):
        return "1" + "".join(secrets.choice("0123456789") for _ in range(kind.longest - 1))
    if isinstance(kind, Choice):
        return secrets.choice(kind.options)
    if isinstance(kind, Server):
        region = secrets.choice(kind.regions)
        return {"region": region.name, "server": secrets.choice(region.items)}
    return HOME if kind.name == "address" else TEXTS[kind.name]
