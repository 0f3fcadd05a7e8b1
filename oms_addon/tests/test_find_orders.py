from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestFindOrders(IntakeCase):
    """What a clerk types into the search of the orders, and enters there."""

    def found(self, label, text):
        """The orders that the search bar finds for a text typed into one field."""
        orders = self.env["sale.order"].with_user(self.clerk)
        arch = etree.fromstring(
            orders.get_view(self.env.ref("sale.view_sales_order_filter").id, "search")[
                "arch"
            ]
        )
        field = arch.xpath(f"//field[@string='{label}']")[0]
        domain = safe_eval(field.get("filter_domain"), {"self": text})
        return orders.search(domain).filtered(
            lambda order: order.oms_channel_id == self.channel
        )

    def test_by_phone_however_it_is_written(self):
        self.receive(self.document("A-1"))
        order = self.order()
        for written in ("+49 30 1234567", "0049301234567", "301234567"):
            self.assertEqual(self.found("Phone", written), order, written)
        self.assertFalse(self.found("Phone", "301234568"))

    def test_by_tracking_number(self):
        self.receive(self.document("A-1"), self.document("A-2"))
        orders = self.order("A-1") + self.order("A-2")
        orders.with_user(self.manager).action_oms_process()
        orders[0].picking_ids.carrier_tracking_ref = "SF1234567890"
        self.assertEqual(self.found("Tracking Number", "sf12345"), orders[0])

    def test_an_order_entered_there_stays_in_the_list(self):
        """Without a channel it would be in no list of order management."""
        desk = self.env["oms.channel"].create({"name": "Desk", "kind": "manual"})
        others = self.env["oms.channel"].search([("kind", "=", "manual")]) - desk
        others.action_archive()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.sale_order_action_oms"
        )
        orders = self.env["sale.order"].with_user(self.clerk)
        form = Form(orders.with_context(**safe_eval(action["context"])))
        form.partner_id = self.env["res.partner"].create({"name": "Caller"})
        self.assertEqual(form.save().oms_channel_id, desk)
        self.assertFalse(Form(orders).oms_channel_id)
