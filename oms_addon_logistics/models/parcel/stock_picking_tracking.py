from datetime import timedelta

from odoo import fields, models

# Half the width of the time span that the customer reads, before and after.
ARRIVAL_MARGIN = timedelta(minutes=30)
# Decimals of degrees: about one kilometre. The driver was last at another customer's
# door, which is nobody else's business.
BLUR_DIGITS = 2
# About a hundred metres: the customer knows the own door, others needn't.
DOOR_DIGITS = 3


class StockPicking(models.Model):
    """What the customer reads on the tracking page."""

    _inherit = "stock.picking"

    def _oms_get_tracking_lang(self):
        """Return the language in which the customer reads, or False.

        :rtype: str | bool
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        for partner in (self.sale_id.partner_id, self.partner_id):
            if partner.lang in installed:
                return partner.lang
        return False

    def _oms_get_tracking_values(self):
        """Return everything that the tracking page shows, and nothing besides.

        Call it as superuser: the visitor has only a link. So what leaves this method
        is limited here, not in the page.

        :rtype: dict
        """
        self.ensure_one()
        stop = self.oms_stop_id
        status = self._oms_get_tracking_status()
        partner = self.partner_id
        on_road = status in ("started", "arrived")
        return {
            "picking": self,
            "company": self.company_id,
            "timezone": self._oms_get_tracking_timezone(),
            "status": status,
            "is_pickup": self.oms_pickup,
            "order_name": self.sale_id.name or self.origin or self.name,
            "contents": self._oms_get_tracking_contents(),
            "parcel_count": self.oms_parcel_count,
            "recipient": {
                "name": _mask_name(partner.name),
                "phone": _mask_phone(partner.phone),
                "place": _mask_address(partner),
            },
            "expected": self._oms_get_expected_arrival(),
            "stops_ahead": stop._get_stops_ahead() if status == "started" else 0,
            "map_data": self._oms_get_tracking_map() if on_road else None,
            "events": self.oms_tracking_event_ids.sorted(
                lambda event: (event.occurred_at, event.id), reverse=True
            ),
            "received_by": stop.recipient_name if status == "delivered" else False,
            "received_at": self.oms_delivered_at,
            "carrier": self._oms_get_tracking_carrier(),
            "siblings": self._oms_get_tracking_siblings(),
        }

    def _oms_get_tracking_timezone(self):
        """Return the time zone of the door: of the country, else of the depot.

        The contact's own zone says least: it is often that of who entered it.

        :rtype: str
        """
        self.ensure_one()
        warehouse = self.picking_type_id.warehouse_id
        return (
            self.partner_id._oms_get_country_timezone()
            or (warehouse and warehouse._oms_get_timezone())
            or self.company_id.partner_id.tz
            or "UTC"
        )

    def _oms_get_tracking_status(self):
        """Return one word for the present state; the page puts it in a sentence.

        :return: cancelled, delivered, collected, arrived, started, planned, failed,
            shipped, ready, or preparing
        :rtype: str
        """
        self.ensure_one()
        stop = self.oms_stop_id
        if self.state == "cancel":
            return "cancelled"
        if self.oms_delivered_at:
            return "delivered"
        if stop.state == "delivered":
            return "collected"
        if stop and stop.trip_id.state == "started":
            return "arrived" if stop.state == "arrived" else "started"
        if stop and stop.trip_id.state == "dispatched":
            return "planned"
        if self.oms_stop_ids.filtered(lambda one: one.state == "failed"):
            return "failed"
        if self.state == "done":
            return "shipped"
        return "ready" if self.state == "assigned" else "preparing"

    def _oms_get_tracking_contents(self):
        """Return what is in the parcel: name, quantity and unit per product."""
        return [
            {
                "name": move.product_id.with_context(
                    display_default_code=False
                ).display_name,
                "quantity": move._oms_get_quantity(),
                "unit": move.product_uom.name,
            }
            for move in self.move_ids
            if move.state != "cancel"
        ]

    def _oms_get_expected_arrival(self):
        """Return when the driver comes, as two moments in UTC, or None.

        On the road the plan is moved by how late the driver is by now.
        """
        stop = self.oms_stop_id
        if not stop.planned_arrival or stop.state != "planned":
            return None
        if stop.trip_id.state not in ("dispatched", "started"):
            return None
        arrival = stop.planned_arrival + stop.trip_id._get_delay()
        if stop.trip_id.state == "started":
            arrival = max(arrival, fields.Datetime.now())
        return arrival - ARRIVAL_MARGIN, arrival + ARRIVAL_MARGIN

    def _oms_get_tracking_map(self):
        """Return the small map: the door, and roughly where the driver is."""
        stop = self.oms_stop_id
        if not (stop.latitude or stop.longitude):
            return None
        trip = stop.trip_id
        last = trip._get_last_closed_stop()
        latitude = last.latitude if last else trip.depot_latitude
        longitude = last.longitude if last else trip.depot_longitude
        door = {
            "id": stop.id,
            "sign": "home",
            "name": self.env._("Your address"),
            "lat": round(stop.latitude, DOOR_DIGITS),
            "lon": round(stop.longitude, DOOR_DIGITS),
            "state": "current",
        }
        driver = []
        if latitude or longitude:
            driver = [
                {
                    "id": 0,
                    "sign": "van",
                    "name": self.env._("Driver, about here"),
                    "lat": round(latitude, BLUR_DIGITS),
                    "lon": round(longitude, BLUR_DIGITS),
                }
            ]
        return {
            "tiles": trip._get_map_tiles(),
            "depots": driver,
            "trips": [{"id": 0, "name": "", "color": 0, "line": [], "stops": [door]}],
        }

    def _oms_get_tracking_carrier(self):
        """Return name, number and link of a carrier that isn't the own fleet."""
        if self.carrier_id.delivery_type == "oms_fleet" or self.oms_stop_id:
            return None
        if not self.carrier_tracking_ref:
            return None
        return {
            "name": self.carrier_id.name,
            "number": self.carrier_tracking_ref,
            "url": self.carrier_tracking_url,
        }

    def _oms_get_tracking_siblings(self):
        """Return the order's other deliveries to the same person, oldest first."""
        return self.sale_id.picking_ids.filtered(
            lambda other: (
                other.picking_type_code == "outgoing"
                and other.oms_tracking_token
                and other.state != "cancel"
                and other.partner_id == self.partner_id
            )
        ).sorted("id")


def _mask_name(name):
    """Keep the first sign: 张伟 → 张*, Anna Berg → A*** B***."""
    words = (name or "").split()
    return " ".join(word[0] + "*" * min(len(word) - 1, 3) for word in words)


def _mask_phone(phone):
    """Keep the last four digits: 138 1234 5678 → ****5678."""
    digits = [sign for sign in phone or "" if sign.isdigit()]
    return "****" + "".join(digits[-4:]) if len(digits) > 6 else ""


def _mask_address(partner):
    """Keep the city and the beginning of the street."""
    street = " ".join(filter(None, (partner.street, partner.street2)))
    shown = street[: max(len(street) // 3, 2)].strip()
    parts = [f"{shown}***" if street else "", partner.city, partner.state_id.name]
    return ", ".join(filter(None, parts))
