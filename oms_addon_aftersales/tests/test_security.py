from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestSecurity(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order((cls.shirt, 2, {}))
        cls.rma = cls._ask(cls.order, {cls.shirt: 1})

    def _new_user(self, login, groups, **vals):
        return new_test_user(
            self.env,
            login=login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            **vals,
        )

    def test_portal_customer_reads_only_own_returns_and_cases(self):
        ann = self._new_user("ann", "base.group_portal")
        ann.partner_id.parent_id = self.customer
        eve = self._new_user("eve", "base.group_portal")
        case = self.env["oms.case"].create(
            {
                "subject": "Late",
                "order_id": self.order.id,
                "company_id": self.company.id,
            }
        )
        for record in (self.rma, case, self.rma.line_ids):
            self.assertTrue(record.with_user(ann).has_access("read"))
            self.assertFalse(record.with_user(eve).has_access("read"))
            self.assertFalse(record.with_user(ann).has_access("write"))
            self.assertFalse(record.with_user(ann).has_access("create"))

    def test_accountant_reads_but_does_not_decide(self):
        accountant = self._new_user("booker", "account.group_account_user")
        rma = self.rma.with_user(accountant)
        self.assertEqual(rma.amount_asked, 115.0)
        with self.assertRaises(AccessError):
            rma.action_submit()

    def test_sales_people_see_returns_of_their_orders_on_the_order(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman_all_leads")
        self.assertEqual(self.order.with_user(seller).oms_return_count, 1)
        self.assertEqual(self.order.with_user(seller).order_line.oms_qty_claimed, 1)

    def test_worker_of_the_warehouse_receives_without_the_service_group(self):
        self.rma.action_submit()
        worker = self._new_user("worker", "stock.group_stock_user")
        picking = self.rma.picking_ids.with_user(worker)
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(self.rma.state, "received")

    def test_service_settles_without_accounting_rights(self):
        self.assertFalse(self.service.has_group("account.group_account_invoice"))
        self.rma.action_submit()
        self.rma.action_receive_all()
        self.rma.action_settle()
        self.assertEqual(self.rma.sudo().refund_move_ids.state, "posted")

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="oms_addon_aftersales.group_oms_service",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["oms.return"].with_user(stranger).search_count([]))
        self.assertFalse(self.rma.with_user(stranger).has_access("read"))

    def test_policies_are_set_up_by_managers_only(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.service).window_days = 99
