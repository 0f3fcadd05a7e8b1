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
        places = {
            partner: partner._oms_get_position()[0]
            for partner in self.unserved_ids.partner_id
        }
        reasons = dict(
            self.env["oms.route.unserved"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        data["loose"] = [
            {
                "id": left.id,
                "name": left.partner_id.display_name,
                "note": f"{left.picking_id.name}\n{reasons[left.reason]}",
                "lat": places[left.partner_id][0],
                "lon": places[left.partner_id][1],
            }
            for left in self.unserved_ids
            if places.get(left.partner_id, (None,))[0] is not None
        ]
        data["missing"] += len(self.unserved_ids) - len(data["loose"])
        return data
