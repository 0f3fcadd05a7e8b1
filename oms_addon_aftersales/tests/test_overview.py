from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestOverview(AftersalesCommon):
    def test_returns_refunds_and_satisfaction_open_their_records(self):
        channel = self.env["oms.channel"].create(
            {
                "name": "Shop",
                "kind": "api",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        order = self._create_order((self.shirt, 3, {}))
        other = self._create_order((self.shirt, 1, {}))
        (order | other).oms_channel_id = channel
        rma = self._return_all(order, {self.shirt: 1})
        self._ask(other, kind="exchange")
        Case = self.env["oms.case"]
        late = Case.create({"subject": "Late", "order_id": order.id})
        late.opened_at = fields.Datetime.now() - timedelta(days=90)
        over = Case.create({"subject": "Late, and over", "order_id": order.id})
        over.is_sla_failed = True
        over.action_close()
        order.write({"oms_csat": 4, "oms_csat_requested_at": fields.Datetime.now()})
        overview = self.env["oms.overview"].with_user(self.service)
        page = overview.get_figures("today", channel.id)
        figures = {
            figure["key"]: figure
            for section in page["sections"]
            for figure in section["figures"]
        }
        values = {key: figure["value"] for key, figure in figures.items()}
        self.assertEqual(values["returned"], 2)
        self.assertEqual(values["exchanges"], 1)
        self.assertEqual(values["refunded"], 1)
        amount = rma.currency_id.format(rma.amount_credited)
        self.assertEqual(figures["refunded"]["hint"], amount)
        self.assertEqual(values["to_decide"], 1)
        self.assertEqual(values["cases"], 1)
        self.assertEqual(values["late_cases"], 1)
        self.assertEqual(values["satisfaction"], 4)
        self.assertEqual(values["shipped"], 2)
        for key, figure in figures.items():
            action = figure["action"]
            records = overview.env[action["res_model"]].search(action["domain"])
            expected = 1 if key == "satisfaction" else figure["value"]
            if key != "km":
                self.assertEqual(len(records), expected, key)
