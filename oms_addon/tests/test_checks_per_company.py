from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestChecksPerCompany(IntakeCase):
    """A manager decides for the own company only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "their_boss",
            groups="oms_addon.group_oms_manager",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        cls.check = cls.env.ref("oms_addon.oms_check_unpaid")

    def test_who_may_release_is_set_for_one_company(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        hold = order.oms_open_hold_ids
        self.check.with_user(self.stranger).release_right = "user"
        self.assertEqual(self.check.with_company(self.other).release_right, "user")
        self.assertEqual(self.check.release_right, "manager")
        self.assertFalse(hold.with_user(self.clerk).can_release)
        with self.assertRaises(AccessError):
            hold.with_user(self.clerk).action_release()

    def test_the_orders_company_decides_whichever_one_works_in(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.check.with_company(self.other).release_right = "user"
        self.clerk.company_ids += self.other
        hold = order.oms_open_hold_ids.with_user(self.clerk)
        for companies in (self.env.company + self.other, self.other + self.env.company):
            with self.subTest(first=companies[0].name):
                seen = hold.with_context(allowed_company_ids=companies.ids)
                seen.invalidate_recordset(["can_release"])
                self.assertFalse(seen.can_release)

    def test_what_all_companies_share_is_changed_by_who_works_for_all(self):
        for vals in ({"active": False}, {"advice": "Let it go"}, {"sequence": 1}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.check.with_user(self.stranger).write(vals)
        self.manager.company_ids = self.env["res.company"].search([])
        self.check.with_user(self.manager).write({"advice": "Ask for the money."})

    def test_a_new_check_begins_alike_in_every_company(self):
        check = self.env["oms.check"].create(
            {"name": "New", "code": "new", "release_right": "never"}
        )
        self.assertEqual(check.release_right, "never")
        self.assertEqual(check.with_company(self.other).release_right, "never")
