from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class AftersalesCommon(AccountTestInvoicingCommon):
    """A shop with taxed, storable products, stock, a service user and a customer."""

    @classmethod
    def get_default_groups(cls):
        manager = cls.quick_ref("oms_addon.group_oms_manager")
        service = cls.quick_ref("oms_addon_aftersales.group_oms_service")
        return super().get_default_groups() | manager | service

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.company = cls.company_data["company"]
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.tax = cls.env["account.tax"].create(
            {"name": "Tax 15%", "amount": 15, "company_id": cls.company.id}
        )
        cls.shirt = cls._create_goods("Shirt", 100.0, "order")
        cls.lamp = cls._create_goods("Lamp", 33.33, "delivery")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Ann", "email": "ann@example.com", "lang": "en_US"}
        )
        cls.service = new_test_user(
            cls.env,
            login="aftersales_service",
            lang="en_US",
            groups="oms_addon_aftersales.group_oms_service",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env["oms.return.policy"].search([]).active = False
        cls.policy = cls.env["oms.return.policy"].create(
            {
                "name": "30 days",
                "company_id": cls.company.id,
                "window_days": 30,
                "approve_up_to": 100000,
            }
        )
        cls.reason = cls.env.ref("oms_addon_aftersales.oms_return_reason_unwanted")

    @classmethod
    def _create_goods(cls, name, price, invoice_policy, stock=100, **vals):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "invoice_policy": invoice_policy,
                "taxes_id": [Command.set(cls.tax.ids)],
                **vals,
            }
        )
        if stock:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, stock
            )
        return product

    @classmethod
    def _create_order(cls, *items, deliver=True, invoice=True, paid=True, **values):
        """Make a confirmed order.

        :param items: product, or (product, quantity, values) of each line.
        :param values: of the order.
        """
        lines = []
        for item in items:
            product, quantity, vals = item if isinstance(item, tuple) else (item, 1, {})
            lines.append(
                Command.create(
                    {"product_id": product.id, "product_uom_qty": quantity, **vals}
                )
            )
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "order_line": lines,
                **values,
            }
        )
        order.action_confirm()
        if deliver:
            cls._deliver(order)
        if invoice:
            order._create_invoices(final=True).action_post()
        if paid and invoice:
            cls._pay(order.invoice_ids)
        return order

    @classmethod
    def _deliver(cls, order):
        for picking in order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
            picking.move_ids.picked = True
            picking.button_validate()

    @classmethod
    def _pay(cls, invoices):
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({"payment_date": fields.Date.today()})._create_payments()

    @classmethod
    def _ask(cls, order, quantities=None, user=None, **vals):
        """Make a return of ``order`` as the service user.

        :param dict quantities: product to quantity; all that can be returned.
        """
        lines = order.order_line.filtered("oms_qty_returnable")
        if quantities is not None:
            lines = lines.filtered(lambda line: line.product_id in quantities)
        rma = (
            cls.env["oms.return"]
            .with_user(user or cls.service)
            .create(
                {
                    "order_id": order.id,
                    "reason_id": cls.reason.id,
                    "line_ids": [
                        Command.create(
                            {
                                "sale_line_id": line.id,
                                "quantity": (quantities or {}).get(
                                    line.product_id, line.oms_qty_returnable
                                ),
                            }
                        )
                        for line in lines
                    ],
                    **vals,
                }
            )
        )
        return rma

    @classmethod
    def _return_all(cls, order, quantities=None, **vals):
        """Ask, receive and settle."""
        rma = cls._ask(order, quantities, **vals)
        rma.action_submit()
        rma.action_receive_all()
        rma.action_settle()
        return rma
