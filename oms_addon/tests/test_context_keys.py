from unittest.mock import patch

from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_confirm import ConfirmCase

#: what JSON can carry; our own code puts objects there
SENT = (True, 1, "on", {"stock_pairs": [], "exhausted_move_ids": []})
KEYS = (
    "oms_batch",
    "oms_create",
    "oms_host_path",
    "oms_quants_reserved",
    "oms_settle",
    "oms_skip_locked_stock",
)


@tagged("post_install", "-at_install")
class TestContextKeys(ConfirmCase):
    """A caller over RPC sends any context: none switches a safety off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("Wanted")
        cls._stock(cls.product, 10)
        cls.seller = new_test_user(
            cls.env, "ctx_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.picker = new_test_user(
            cls.env, "ctx_picker", groups="stock.group_stock_user"
        )

    def contexts(self):
        """Each key alone, and all of them, with all that JSON can carry."""
        for value in SENT:
            for key in KEYS:
                yield {key: value}
            yield dict.fromkeys(KEYS, value)

    def test_stock_is_locked_whatever_the_caller_sends(self):
        for context in self.contexts():
            with self.subTest(context=context):
                order = self._order((self.product, 1)).with_user(self.seller)
                with (
                    patch.object(
                        type(self.env["stock.quant"]),
                        "lock_for_update",
                        side_effect=LockError("taken"),
                    ),
                    self.assertRaises(ConcurrencyError),
                ):
                    order.with_context(**context).action_confirm()

    def test_confirming_reserves_whatever_the_caller_sends(self):
        for number, context in enumerate(self.contexts(), 1):
            product = self._product(f"Wanted {number}")
            self._stock(product, 5)
            with self.subTest(context=context):
                order = self._order((product, 2)).with_user(self.seller)
                order.with_context(**context).action_confirm()
                self.assertEqual(order.sudo().picking_ids.state, "assigned")
                self.assertEqual(self._reserved(product), 2)

    def test_quotations_are_made_whatever_the_caller_sends(self):
        for context in self.contexts():
            with self.subTest(context=context):
                orders = (
                    self.env["sale.order"]
                    .with_user(self.seller)
                    .with_context(**context)
                    .create(
                        [
                            {
                                "partner_id": customer.id,
                                "order_line": [
                                    Command.create({"product_id": self.product.id})
                                ],
                            }
                            for customer in self.customers[:2]
                        ]
                    )
                )
                orders[0].message_post(body="Posted")
                self.assertIn("Posted", str(orders[0].message_ids.mapped("body")))

    def test_move_lines_reserve_whatever_the_caller_sends(self):
        for number, context in enumerate(self.contexts(), 1):
            product = self._product(f"Picked {number}")
            self._stock(product, 10)
            order = self._order((product, 4))
            order.action_confirm()
            with self.subTest(context=context):
                line = order.picking_ids.move_line_ids.with_user(self.picker)
                line = line.with_context(**context)
                line.quantity = 1
                self.assertEqual(self._reserved(product), 1)
                line.copy({"quantity": 2})
                self.assertEqual(self._reserved(product), 3)
                order.picking_ids.with_user(self.picker).with_context(
                    **context
                ).do_unreserve()
                self.assertEqual(self._reserved(product), 0)
