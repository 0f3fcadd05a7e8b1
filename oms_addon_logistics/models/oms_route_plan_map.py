from odoo import models


class OmsRoutePlan(models.Model):
    """The plan's trips on one map."""

    _inherit = "oms.route.plan"

    # === BUSINESS METHODS === #

    def oms_map_data(self):
        """Return what the map of the plan shows; reads as the user.

        :return: see ``oms.trip.oms_map_data``; besides, what no trip took
        :rtype: dict
        :raise AccessError: a plan that the user may not read
        """
        self.check_access("read")
        data = self.trip_ids.oms_map_data()
        partners = self.unserved_ids.partner_id
        placed = partners.filtered(
            lambda partner: partner.partner_latitude or partner.partner_longitude
        )
        reasons = dict(
            self.env["oms.route.unserved"]._fields["reason"]
            ._description_selection(self.env)
        )
        data["loose"] = [
            {
                "id": left.id,
                "name": left.partner_id.display_name,
                "note": f"{left.picking_id.name}\n{reasons[left.reason]}",
                "lat": left.partner_id.partner_latitude,
                "lon": left.partner_id.partner_longitude,
            }
            for left in self.unserved_ids
            if left.partner_id in placed
        ]
        data["missing"] += len(partners - placed)
        return data
