import json
from datetime import UTC, datetime

from odoo.tests import TransactionCase, new_test_user

from ..adapters.base import InboundRequest

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class IntakeCase(TransactionCase):
    """A channel of kind API, a few products, and a clerk of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.tea, cls.cup = cls.env["product.product"].create(
            [
                {
                    "name": "Green tea",
                    "default_code": "TEA-01",
                    "barcode": "6900000000011",
                    "is_storable": True,
                    "list_price": 60,
                    "taxes_id": False,
                },
                {
                    "name": "Cup",
                    "default_code": "CUP-01",
                    "is_storable": True,
                    "list_price": 25,
                    "taxes_id": False,
                },
            ]
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.tea, cls.warehouse.lot_stock_id, 100
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.cup, cls.warehouse.lot_stock_id, 100
        )
        cls.channel = cls.env["oms.channel"].create(
            {
                "name": "Test shop",
                "kind": "api",
                "currency_id": cls.env.company.currency_id.id,
                "country_id": cls.env.ref("base.de").id,
                "timezone": "UTC",
                # granted: this shop keeps our accounts and takes the money
                "decides_payment": True,
                "decides_credit": True,
            }
        )
        cls.clerk = new_test_user(
            cls.env, "oms_clerk", groups="oms_addon.group_oms_user"
        )
        cls.manager = new_test_user(
            cls.env, "oms_boss", groups="oms_addon.group_oms_manager"
        )
        cls.accountant = new_test_user(
            cls.env, "oms_books", groups="account.group_account_invoice"
        )

    def document(self, external_id="A-1", **values):
        """A paid order of two teas as the API sends it; ``values`` replace parts."""
        currency = self.env.company.currency_id.name
        document = {
            "external_id": external_id,
            "number": f"#{external_id}",
            "revision": "20261123T080000",
            "status": "paid",
            "currency": currency,
            "customer": {
                "name": f"Customer {external_id}",
                "email": f"{external_id.lower()}@example.com",
                "phone": "+49 30 1234567",
                "street": "Hauptstr. 1",
                "city": "Berlin",
                "zip": "10115",
                "country_code": "DE",
            },
            "lines": [
                {
                    "external_id": "1",
                    "sku": "TEA-01",
                    "name": "Tea",
                    "quantity": 2,
                    "unit_price": "60.00",
                }
            ],
            "payments": [{"external_id": f"P-{external_id}", "amount": "120.00"}],
            "total": "120.00",
        }
        document.update(values)
        return document

    def receive(self, *documents, channel=None, body=None):
        """Put messages into the inbox, as the webhook does, and process them."""
        requests = [InboundRequest(body=json.dumps(d).encode()) for d in documents]
        if body is not None:
            requests.append(InboundRequest(body=body))
        messages = self.env["oms.inbox.message"]._receive(
            channel or self.channel, requests
        )
        messages.filtered(lambda m: m.state in ("new", "error"))._process()
        return messages

    def order(self, external_id="A-1"):
        return self.env["sale.order"].search(
            [
                ("oms_channel_id", "=", self.channel.id),
                ("oms_external_id", "=", external_id),
            ]
        )


class BooksCase(IntakeCase):
    """The same in a company that keeps books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.env.company, install_demo=False
            )
