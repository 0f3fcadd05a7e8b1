from datetime import timedelta

from odoo import fields, models

from ...privacy import LINK, OWNER, show_recipient

# How long a tracking link goes on after the delivery, and what it is set by.
DEFAULT_TRACKING_DAYS = 60
TRACKING_DAYS = "oms_addon_logistics.tracking_days"
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

    def _oms_is_tracking_over(self):
        """Whether the link has ended: long after the delivery it is nobody's business.

        :rtype: bool
        """
        self.ensure_one()
        if self.state not in ("done", "cancel"):
            return False
        parameters = self.env["ir.config_parameter"].sudo()  # not a secret
        days = int(parameters.get_param(TRACKING_DAYS, 0) or DEFAULT_TRACKING_DAYS)
        end = self.oms_delivered_at or self.date_done or self.write_date
        return end + timedelta(days=days) < fields.Datetime.now()

    def _oms_get_tracking_lang(self, browser=None):
        """Return the language in which the visitor reads, or False.

        Who is logged in has chosen one. The browser of anybody else says more than
        the contact, whose language is often that of who entered it.

        :param str browser: what the browser asks for first
        :rtype: str | bool
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = [self.sale_id.partner_id.lang, self.partner_id.lang]
        # With one language only, the browser's would not be installed anyway.
        reader = browser if self.env.user._is_public() else self.env.user.lang
        near = [lang for lang in installed if reader and lang[:2] == reader[:2].lower()]
        return next(
            (lang for lang in [reader, *near, *wanted] if lang in installed), False
        )

    def _oms_get_reader(self):
        """Who reads: the customer after login, or whoever has the link.

        :return: a word of `privacy`
        :rtype: str
        """
        user = self.env.user
        if user._is_internal():
            return OWNER
        # sudo: compared with the order's customer, nothing of it is shown
        mine = user.sudo().partner_id.commercial_partner_id
        theirs = (self.sale_id.partner_id + self.partner_id).commercial_partner_id
        return OWNER if not user._is_public() and mine in theirs else LINK

    def _oms_show_recipient(self, name=None):
        """Name, phone and place of the recipient, as the reader may see them.

        :param str name: of who took the parcel, in place of the contact's
        :rtype: dict
        """
        partner = self.partner_id
        return show_recipient(
            self._oms_get_reader(),
            name=name or partner.name,
            phone=partner.phone,
            street=" ".join(filter(None, (partner.street, partner.street2))),
            city=partner.city,
            state=partner.state_id.name,
        )

    def _oms_get_tracking_values(self):
        """Return everything that the tracking page shows, and nothing besides.

        Call it as superuser: the visitor has only a link. So what leaves this method
        is limited here, not in the page.

        :rtype: dict
        """
        self.ensure_one()
        stop = self.oms_stop_id
        status = self._oms_get_tracking_status()
        taken_by = stop.recipient_name if status == "delivered" else False
        on_road = status in ("started", "arrived")
        return {
            "picking": self,
            "company": self.company_id,
            "timezone": self._oms_get_tracking_timezone(),
            "status": status,
            "is_pickup": self.oms_pickup,
            "order_name": self.sale_id.name or self.oms_waybill or "",
            "contents": self._oms_get_tracking_contents(),
            "parcel_count": self.oms_parcel_count,
            "recipient": self._oms_show_recipient(),
            "expected": self._oms_get_expected_arrival(),
            "stops_ahead": stop._get_stops_ahead() if status == "started" else 0,
            "map_data": self._oms_get_tracking_map() if on_road else None,
            "events": self.oms_tracking_event_ids.sorted(
                lambda event: (event.occurred_at, event.id), reverse=True
            ),
            "received_by": taken_by and self._oms_show_recipient(taken_by)["name"],
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
        """Return what is in the parcel: name and quantity per product."""
        return [
            {
                "name": move.product_id.with_context(
                    display_default_code=False
                ).display_name,
                "quantity": move._oms_get_quantity_text(move._oms_get_quantity()),
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
