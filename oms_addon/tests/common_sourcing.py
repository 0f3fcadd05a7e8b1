from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class SourcingCase(TransactionCase):
    """Three Chinese warehouses, a customer near the first, and users of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        # Other warehouses of the company stay out of the way.
        cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)]).write(
            {"partner_id": cls._partner("Far away", 69.6, 18.9).id}
        )
        cls.shanghai, cls.wuhan, cls.chengdu = cls.env["stock.warehouse"].create(
            [
                {
                    "name": f"Test {name}",
                    "code": code,
                    "partner_id": cls._partner(name, latitude, longitude).id,
                }
                for name, code, latitude, longitude in (
                    ("Shanghai", "TSHA", 31.23, 121.47),
                    ("Wuhan", "TWUH", 30.59, 114.31),
                    ("Chengdu", "TCTU", 30.57, 104.07),
                )
            ]
        )
        cls.customer = cls._partner("Customer in Hangzhou", 30.27, 120.16)
        cls.tea, cls.cup = cls.env["product.product"].create(
            [
                {
                    "name": "Tea",
                    "is_storable": True,
                    "list_price": 60,
                    "taxes_id": False,
                },
                {
                    "name": "Cup",
                    "is_storable": True,
                    "list_price": 25,
                    "taxes_id": False,
                },
            ]
        )
        cls.service = cls.env["product.product"].create(
            {
                "name": "Gift wrapping",
                "type": "service",
                "list_price": 3,
                "taxes_id": False,
            }
        )
        cls.policy = cls.env["oms.sourcing.policy"].create({"name": "Test policy"})
        cls.channel = cls.env["oms.channel"].create(
            {
                "name": "Test shop",
                "kind": "api",
                "timezone": "UTC",
                "sourcing_policy_id": cls.policy.id,
                "check_ids": False,  # what is held, and why, is tested elsewhere
            }
        )
        cls.clerk = new_test_user(
            cls.env, "oms_clerk", groups="oms_addon.group_oms_user"
        )
        cls.salesperson = new_test_user(
            cls.env, "salesperson", groups="sales_team.group_sale_salesman_all_leads"
        )

    @classmethod
    def _partner(cls, name, latitude, longitude):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.cn").id,
                "partner_latitude": latitude,
                "partner_longitude": longitude,
            }
        )

    @classmethod
    def stock(cls, warehouse, product, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    @classmethod
    def order(cls, *lines, **values):
        """A quotation of the channel; a line is (product, quantity[, values])."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "oms_channel_id": cls.channel.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line[0].id,
                            "product_uom_qty": line[1],
                            **(line[2] if len(line) > 2 else {}),
                        }
                    )
                    for line in lines
                ],
                **values,
            }
        )

    def parts(self, order, product=None):
        """[(warehouse code, quantity)] of the order's goods, sorted."""
        return sorted(
            (line.warehouse_id.code, line.product_uom_qty)
            for line in order.order_line
            if line.product_id == (product or self.tea)
        )
