from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestGuards(AftersalesCommon):
    """State and amounts of a return have no side door, and who decides may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order((cls.shirt, 2, {}))

    def _values(self):
        line = {"sale_line_id": self.order.order_line.id, "quantity": 1}
        return {
            "order_id": self.order.id,
            "reason_id": self.reason.id,
            "line_ids": [Command.create(line)],
        }

    def _seller(self, groups="sales_team.group_sale_salesman_all_leads"):
        return new_test_user(
            self.env,
            login="aftersales_seller",
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    # === SIDE DOORS === #

    def test_defaults_of_a_call_are_no_way_around_the_doors(self):
        returns = self.env["oms.return"].with_user(self.service)
        rma = returns.with_context(
            default_state="done",
            default_amount_paid_back=1000,
            default_decision_code="channel",
            default_qty_by_channel=2,
            default_is_undelivered=True,
        ).create(self._values())
        self.assertEqual(rma.state, "draft")
        self.assertFalse(rma.amount_paid_back)
        self.assertFalse(rma.decision_code)
        self.assertFalse(rma.line_ids.qty_by_channel)
        self.assertFalse(rma.line_ids.is_undelivered)

    def test_a_users_own_default_is_no_way_around_the_doors(self):
        self.env["ir.default"].with_user(self.service).set(
            "oms.return", "state", "received", user_id=True
        )
        rma = self.env["oms.return"].with_user(self.service).create(self._values())
        self.assertEqual(rma.state, "draft")

    def test_a_return_is_copied_and_imported_as_a_new_one(self):
        rma = self._return_all(self.order, {self.shirt: 1})
        again = rma.copy()
        self.assertEqual(again.state, "draft")
        self.assertFalse(again.amount_paid_back)
        result = (
            self.env["oms.return"]
            .with_user(self.service)
            .load(
                ["order_id/.id", "reason_id/.id", "line_ids/sale_line_id/.id", "note"],
                [[self.order.id, self.reason.id, self.order.order_line.id, "Imported"]],
            )
        )
        self.assertTrue(result["ids"], result["messages"])
        result = (
            self.env["oms.return"]
            .with_user(self.service)
            .load(
                ["order_id/.id", "reason_id/.id", "state"],
                [[self.order.id, self.reason.id, "done"]],
            )
        )
        self.assertIn("cannot be changed here", result["messages"][0]["message"])

    def test_a_return_is_not_moved_by_writing_its_order(self):
        rma = self._ask(self.order, {self.shirt: 1})
        with self.assertRaisesRegex(UserError, "cannot be changed here"):
            self.order.with_user(self.service).write(
                {"oms_return_ids": [Command.update(rma.id, {"state": "done"})]}
            )

    # === WHO DECIDES === #

    def _review(self):
        self.policy.approve_up_to = 0
        rma = self._ask(self.order, {self.shirt: 1}, user_id=False)
        rma.sudo().action_submit()
        self.assertEqual(rma.state, "review")
        return rma

    def test_who_may_not_decide_gets_no_decision_when_somebody_may(self):
        self.order.user_id = self._seller()
        self.order.team_id.user_id = self.service
        self.assertEqual(self._review().activity_ids.user_id, self.service)

    def test_the_responsible_of_the_channel_decides(self):
        self.order.user_id = self._seller()
        self.order.oms_channel_id = self.env["oms.channel"].create(
            {
                "name": "Shop",
                "kind": "shopify",
                "company_id": self.company.id,
                "user_id": self.service.id,
            }
        )
        self.assertEqual(self._review().activity_ids.user_id, self.service)

    def test_a_seller_who_may_not_decide_is_not_asked_to(self):
        seller = self._seller()
        self.order.user_id = seller
        self.order.team_id = False
        rma = self._ask(self.order, {self.shirt: 1}, user_id=False)
        self.policy.approve_up_to = 0
        rma.with_user(self.env.ref("base.user_root")).action_submit()
        user = rma.activity_ids.user_id
        self.assertNotEqual(user, seller)
        self.assertTrue(user._has_group("oms_addon_aftersales.group_oms_service"))

    # === MESSAGES OF CASES === #

    def _case(self):
        return self.env["oms.case"].create(
            {
                "subject": "Torn",
                "email_from": "no address at all",
                "company_id": self.company.id,
            }
        )

    def test_who_has_no_address_does_not_become_the_customer_of_a_case(self):
        case = self._case()
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        case.message_post(body="Look", partner_ids=nobody.ids)
        self.assertFalse(case.partner_id)

    def test_colleagues_who_only_read_a_case_write_on_it(self):
        case = self._case()
        case.email_from = "eve@example.com"
        case = case.with_user(self._seller())
        case.message_post(
            body="I know her", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertIn("I know her", case.message_ids[0].body)
        case.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(case.first_response_at)
