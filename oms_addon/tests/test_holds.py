from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestHolds(IntakeCase):
    def codes(self, order):
        return set(order.oms_open_hold_ids.mapped("code"))

    def receive_order(self, external_id="A-1", **values):
        return self.receive(self.document(external_id, **values)).order_id

    def test_an_unknown_product_is_held_until_somebody_chooses_one(self):
        order = self.receive_order(
            lines=[
                {
                    "external_id": "1",
                    "sku": "NEW-7",
                    "listing_id": "L7",
                    "name": "Novelty",
                    "quantity": 1,
                    "unit_price": "120.00",
                }
            ]
        )
        self.assertEqual(self.codes(order), {"unmatched_product"})
        self.assertIn("NEW-7", order.oms_open_hold_ids.reason)
        order.with_user(self.clerk).order_line.product_id = self.cup
        order.with_user(self.clerk).action_oms_recheck()
        self.assertFalse(order.oms_is_held)
        self.assertEqual(order.amount_total, 120)
        again = self.receive_order(
            "A-2",
            lines=[
                {
                    "external_id": "1",
                    "listing_id": "L7",
                    "quantity": 1,
                    "unit_price": "120.00",
                }
            ],
        )
        self.assertEqual(again.order_line.product_id, self.cup)

    def test_a_different_total_is_held_and_only_a_manager_releases_it(self):
        order = self.receive_order(
            total="125.00", payments=[{"external_id": "p", "amount": "125.00"}]
        )
        self.assertEqual(self.codes(order), {"total_differs"})
        self.assertIn("125.00", order.oms_open_hold_ids.reason)
        with self.assertRaises(AccessError):
            order.with_user(self.clerk).oms_open_hold_ids.action_release()
        order.with_user(self.manager).oms_open_hold_ids.action_release()
        self.assertEqual(order.oms_stage, "ready")
        order._oms_check()
        self.assertFalse(order.oms_is_held, "a released hold stays released")

    def test_a_released_hold_comes_back_when_the_facts_change(self):
        order = self.receive_order(
            total="125.00", payments=[{"external_id": "p", "amount": "125.00"}]
        )
        order.with_user(self.manager).oms_open_hold_ids.action_release()
        order.order_line.price_unit = 10
        order._oms_check()
        self.assertEqual(self.codes(order), {"total_differs"})

    def test_an_incomplete_address_names_what_is_missing(self):
        customer = dict(self.document()["customer"], street="", zip="")
        order = self.receive_order(customer=customer)
        self.assertEqual(self.codes(order), {"address_incomplete"})
        self.assertIn("street", order.oms_open_hold_ids.reason)
        order.partner_id.write({"street": "Hauptstr. 1", "zip": "10115"})
        order.with_user(self.clerk).action_oms_recheck()
        self.assertEqual(order.oms_stage, "ready")
        self.assertEqual(order.oms_hold_ids.state, "resolved")

    def test_a_hidden_address_with_a_token_is_complete(self):
        order = self.receive_order(
            shipping={
                "name": "王**",
                "street": "***",
                "city": "杭州市",
                "country_code": "CN",
                "masked": True,
                "token": "OAID-1",
            }
        )
        self.assertFalse(order.oms_is_held)

    def test_the_same_goods_twice_in_a_day_are_a_possible_duplicate(self):
        customer = self.document()["customer"]
        first = self.receive_order(
            "A-1", customer=customer, ordered_at="2026-11-23T08:00:00Z"
        )
        second = self.receive_order(
            "A-2", customer=customer, ordered_at="2026-11-23T09:00:00Z"
        )
        later = self.receive_order(
            "A-3", customer=customer, ordered_at="2026-11-26T09:00:00Z"
        )
        self.assertFalse(first.oms_is_held)
        self.assertEqual(self.codes(second), {"duplicate"})
        self.assertIn(first.name, second.oms_open_hold_ids.reason)
        self.assertFalse(later.oms_is_held)

    def test_a_duplicate_of_a_confirmed_order_is_held(self):
        customer = self.document()["customer"]
        now = fields.Datetime.now()
        placed = f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
        again = f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
        first = self.receive_order("A-1", customer=customer, ordered_at=placed)
        first._oms_fulfil()
        self.assertEqual(first.state, "sale")
        second = self.receive_order("A-2", customer=customer, ordered_at=again)
        self.assertEqual(self.codes(second), {"duplicate"})

    def test_an_unpaid_order_waits_for_its_money(self):
        order = self.receive_order(payments=[], status="unpaid")
        self.assertEqual(self.codes(order), {"unpaid"})
        self.receive(self.document(revision="20261123T100000"))
        self.assertEqual(order.oms_stage, "ready")

    def test_an_order_on_account_needs_no_payment(self):
        order = self.receive_order(payments=[], status="unpaid", tags=["on_account"])
        self.assertFalse(order.oms_is_held)

    def test_an_order_on_account_over_the_limit_is_held(self):
        self.env.company.account_use_credit_limit = True
        self.receive(self.document("A-0"))
        partner = self.order("A-0").partner_id
        partner.credit_limit = 100
        customer = self.document("A-0")["customer"]
        order = self.receive_order(
            customer=customer,
            payments=[],
            tags=["on_account"],
            lines=[{"sku": "CUP-01", "quantity": 1, "unit_price": "120.00"}],
        )
        self.assertEqual(self.codes(order), {"credit_limit"})

    def test_a_held_order_cannot_be_confirmed_by_any_path(self):
        order = self.receive_order(payments=[], status="unpaid")
        with self.assertRaises(UserError) as refused:
            order.with_user(self.manager).action_confirm()
        self.assertIn("120.00", str(refused.exception))
        order._oms_fulfil()
        self.assertEqual(order.state, "draft")
        with self.assertRaises(UserError):
            order.with_user(self.clerk).action_oms_process()

    def test_an_order_that_the_channel_shipped_is_not_shipped_again(self):
        order = self.receive_order(status="shipped")
        self.assertEqual(self.codes(order), {"already_shipped"})

    def test_the_reason_is_told_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        order = self.receive_order(payments=[], status="unpaid")
        english = order.oms_open_hold_ids.with_context(lang="en_US").reason
        chinese = order.oms_open_hold_ids.with_context(lang="zh_CN").reason
        self.assertNotEqual(english, chinese)

    def test_a_salesman_sees_holds_but_does_not_release_them(self):
        order = self.receive_order(payments=[], status="unpaid")
        hold = order.oms_open_hold_ids.with_user(self.clerk)
        self.assertFalse(hold.can_release)
        with self.assertRaises(AccessError):
            hold.action_release()
