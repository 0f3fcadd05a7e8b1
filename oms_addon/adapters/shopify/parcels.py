"""What Shopify has to ship, by the place that it leaves from."""

from ..read import decimal, load_json, text
from ..shops import mapping, rows

# States of a fulfilment order that still take parcels.
_TO_SHIP = ("open", "in_progress", "scheduled", "incomplete")


def parcels_of(shipment, bodies):
    """What to ship, by location: each of Shopify's parcels leaves from one.

    :rtype: dict[str, list[dict]]
    """
    wanted = dict(shipment.lines) if shipment.lines else None
    by_location = {}
    for body in bodies:
        answer = mapping(load_json(body), "body")
        for path, order in rows(answer.get("fulfillment_orders"), "fulfillment_orders"):
            if order.get("status") not in _TO_SHIP:
                continue
            lines = _take(order, path, wanted)
            if lines:
                location = text(order.get("assigned_location_id"))
                by_location.setdefault(location, []).append(
                    {
                        "fulfillment_order_id": order.get("id"),
                        "fulfillment_order_line_items": lines,
                    }
                )
    return by_location


def _take(order, path, wanted):
    """Lines of a fulfilment order to ship; takes them off ``wanted``."""
    lines = []
    for where, row in rows(order.get("line_items"), f"{path}.line_items"):
        line_id = text(row.get("line_item_id"))
        quantity = decimal(row.get("fulfillable_quantity"), where, 0)
        if wanted is not None:
            quantity = min(quantity, wanted.get(line_id, 0))
            wanted[line_id] = wanted.get(line_id, 0) - quantity
        if quantity > 0:
            lines.append({"id": row.get("id"), "quantity": int(quantity)})
    return lines
