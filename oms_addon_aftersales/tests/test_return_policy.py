from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnPolicy(AftersalesCommon):
    def test_request_inside_the_window_is_approved_with_its_reason(self):
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.policy_id, self.policy)
        self.assertEqual(rma.decision_code, "within_policy")
        self.assertIn("0 days after the delivery", rma.decision_text)

    def test_request_after_the_window_is_refused(self):
        rma = self._ask(self._create_order(self.shirt))
        rma.requested_at = fields.Datetime.now() + timedelta(days=31)
        rma.action_submit()
        self.assertEqual(rma.state, "refused")
        self.assertEqual(rma.decision_values, {"days": 31, "window": 30})
        self.assertFalse(rma.picking_ids)

    def test_clerk_fills_in_an_empty_form(self):
        order = self._create_order((self.shirt, 2, {}))
        form = Form(self.env["oms.return"].with_user(self.service))
        form.order_id = order
        form.reason_id = self.reason
        with form.line_ids.new() as line:
            line.sale_line_id = order.order_line
            self.assertEqual(line.quantity, 2)
        rma = form.save()
        self.assertEqual(rma.amount_refund, 230.0)
        self.assertEqual(rma.user_id, self.service)

    def test_days_are_those_of_the_customers_calendar(self):
        self.customer.tz = "Asia/Shanghai"
        order = self._create_order((self.shirt, 2, {}))
        # half past eleven in the evening over there
        order.order_line.move_ids.date = datetime(2026, 3, 1, 15, 30)
        for asked, state in (
            (datetime(2026, 3, 31, 15, 59), "approved"),
            (datetime(2026, 3, 31, 16, 1), "refused"),
        ):
            rma = self._ask(order, {self.shirt: 1})
            rma.requested_at = asked
            rma.action_submit()
            self.assertEqual(rma.state, state)

    def test_many_small_requests_are_no_way_around_the_limit(self):
        self.policy.approve_up_to = 200
        order = self._create_order((self.shirt, 3, {}))
        first = self._ask(order, {self.shirt: 1})
        first.action_submit()
        self.assertEqual(first.state, "approved")
        second = self._ask(order, {self.shirt: 1})
        second.action_submit()
        self.assertEqual(second.state, "review")
        self.assertIn("with earlier returns", second.decision_text)

    def test_limit_is_in_the_currency_of_the_company(self):
        self.policy.approve_up_to = 100
        foreign = self.setup_other_currency("CHF", rates=[("2020-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "Other", "currency_id": foreign.id}
        )
        order = self._create_order(
            (self.shirt, 2, {"price_unit": 150}), pricelist_id=pricelist.id
        )
        # 172.50 of them are 86.25 of ours
        rma = self._ask(order, {self.shirt: 1})
        rma.action_submit()
        self.assertEqual(rma.state, "approved")

    def test_policies_of_many_requests_are_searched_once(self):
        orders = [self._create_order((self.shirt, 2, {})) for _number in range(4)]
        company = self.setup_other_company()["company"]
        self.policy.copy({"company_id": company.id, "sequence": 0})
        returns = self.env["oms.return"].concat(
            *[self._ask(order, {self.shirt: 1}) for order in orders]
        )
        searched = []
        policies = type(self.env["oms.return.policy"])
        find = policies._find_for
        self.patch(
            policies,
            "_find_for",
            lambda model, lines: searched.append(lines) or find(model, lines),
        )
        returns.action_submit()
        self.assertEqual(len(searched), 1)
        self.assertEqual(returns.policy_id, self.policy)

    def test_late_request_waits_for_staff_where_the_policy_says_so(self):
        self.policy.late = "review"
        rma = self._ask(self._create_order(self.shirt))
        rma.requested_at = fields.Datetime.now() + timedelta(days=31)
        rma.action_submit()
        self.assertEqual(rma.state, "review")
        self.assertTrue(rma.activity_ids)

    def test_valuable_request_waits_and_staff_approves_it(self):
        self.policy.approve_up_to = 50
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertEqual((rma.state, rma.decision_code), ("review", "above_value"))
        rma.action_approve()
        self.assertEqual((rma.state, rma.decision_code), ("approved", "staff"))
        self.assertFalse(rma.activity_ids)

    def test_reason_that_the_policy_does_not_cover_is_refused(self):
        self.policy.reason_ids = self.env.ref(
            "oms_addon_aftersales.oms_return_reason_damaged"
        )
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertEqual(rma.decision_code, "reason_not_covered")
        self.assertEqual(rma.state, "refused")

    def test_wish_that_is_not_offered_is_refused(self):
        self.policy.allow_repair = False
        rma = self._ask(self._create_order(self.shirt), kind="repair")
        rma.action_submit()
        self.assertEqual(rma.decision_code, "kind_not_offered")

    def test_picture_is_waited_for(self):
        self.policy.needs_photo = True
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertEqual((rma.state, rma.decision_code), ("review", "photo_missing"))

    def test_strictest_policy_of_several_products_decides(self):
        category = self.env["product.category"].create({"name": "Underwear"})
        child = self.env["product.category"].create(
            {"name": "Socks", "parent_id": category.id}
        )
        self.lamp.categ_id = child
        strict = self.policy.copy(
            {
                "sequence": 1,
                "category_ids": [Command.set(category.ids)],
                "allow_refund": False,
            }
        )
        rma = self._ask(self._create_order(self.shirt, self.lamp))
        rma.action_submit()
        self.assertEqual((rma.state, rma.policy_id), ("refused", strict))

    def test_without_any_policy_staff_decides(self):
        self.policy.active = False
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertEqual((rma.state, rma.decision_code), ("review", "no_policy"))

    def test_no_more_than_delivered_can_be_returned(self):
        order = self._create_order((self.shirt, 3, {}))
        self._ask(order, {self.shirt: 2})
        rma = self._ask(order, {self.shirt: 2})
        with self.assertRaisesRegex(UserError, "only 1.0 can be returned"):
            rma.action_submit()

    def test_refused_request_frees_its_quantity(self):
        order = self._create_order((self.shirt, 3, {}))
        first = self._ask(order, {self.shirt: 3})
        self.assertEqual(order.order_line.oms_qty_returnable, 0)
        first.refusal_note = "Worn."
        first.action_refuse()
        self.assertEqual(order.order_line.oms_qty_returnable, 3)
        second = self._ask(order, {self.shirt: 3})
        second.action_submit()
        with self.assertRaises(UserError):
            first.action_approve()

    def test_order_that_is_not_delivered_has_nothing_to_return(self):
        order = self._create_order(self.shirt, deliver=False)
        self.assertEqual(order.order_line.oms_qty_returnable, 0)
        with self.assertRaises(UserError):
            order.with_user(self.service).action_oms_return()

    def test_approving_twice_makes_one_receipt(self):
        self.policy.approve_up_to = 0
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        rma.action_approve()
        rma.action_approve()
        self.assertEqual(len(rma.picking_ids), 1)

    def test_cancelling_cancels_the_receipt(self):
        order = self._create_order(self.shirt)
        rma = self._ask(order)
        rma.action_submit()
        rma.action_cancel()
        self.assertEqual(rma.picking_ids.state, "cancel")
        self.assertEqual(order.order_line.oms_qty_returnable, 1)

    def test_pickup_by_own_driver_marks_the_receipt(self):
        self.policy.pickup = True
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        self.assertTrue(rma.picking_ids.oms_pickup)

    def test_done_return_cannot_be_cancelled(self):
        rma = self._return_all(self._create_order(self.shirt))
        with self.assertRaises(UserError):
            rma.action_cancel()

    def test_reading_what_can_be_returned_takes_the_same_queries_for_many(self):
        orders = self.env["sale.order"]
        for _number in range(4):
            orders |= self._create_order((self.shirt, 2, {}), invoice=False)
        self._ask(orders[0], {self.shirt: 1})
        counts = []
        for some in (orders[:1], orders):
            self.env.invalidate_all()
            lines = some.order_line
            before = self.env.cr.sql_log_count
            self.assertEqual(sum(lines.mapped("oms_qty_returnable")), 2 * len(some) - 1)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
