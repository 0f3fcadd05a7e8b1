from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.oms_addon.tests.common_tasks import find_tasks

from .common import AftersalesCommon


def may_write(record):
    record.check_access("write")


# What whoever gets a task has to be able to do: model, and the act.
ACTS = {
    "return_review": ("oms.return", may_write),
    "receipt_cancelled": ("oms.return", may_write),
    "case_late": ("oms.case", may_write),
    "case_low_csat": ("oms.case", may_write),
}


@tagged("post_install", "-at_install")
class TestTasks(AftersalesCommon):
    """Returns and cases go to people who may decide, whoever sold the goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="task_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.order = cls._create_order((cls.shirt, 4, {}), user_id=cls.seller.id)

    def new_case(self, **values):
        return self.env["oms.case"].create(
            {
                "subject": "Late",
                "order_id": self.order.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def may_decide(self, user):
        return user and user._has_group("oms_addon_aftersales.group_oms_service")

    def test_every_task_reaches_somebody_who_may_do_it(self):
        tasks, strays = find_tasks("oms_addon_aftersales")
        self.assertFalse(strays, "leave tasks with _oms_ask_role")
        self.assertEqual(set(tasks), set(ACTS))
        rma = self._ask(self.order, {self.shirt: 1}, user=self.service)
        rma.user_id = self.seller
        case = self.new_case(user_id=self.seller.id)
        case.type_id.user_id = case.type_id.escalation_user_id = self.seller
        records = {"oms.return": rma, "oms.case": case}
        for task, role in tasks.items():
            model, act = ACTS[task]
            with self.subTest(task=task):
                record = records[model]
                activity = record._oms_ask_role(role, task, lambda _env: "Decide")
                self.assertTrue(self.may_decide(activity.user_id))
                act(record.with_user(activity.user_id))

    def test_a_return_of_a_sellers_order_belongs_to_the_service(self):
        for user in (self.service, self.env.user):
            rma = self._ask(self.order, {self.shirt: 1}, user=user)
            self.assertTrue(self.may_decide(rma.user_id))
            self.assertNotEqual(rma.user_id, self.seller)

    def test_the_agents_own_list_holds_what_reached_the_agent(self):
        rma = self._ask(self.order, {self.shirt: 1}, user=self.service)
        mine = self.env["oms.return"].with_user(self.service)
        self.assertIn(rma, mine.search([("user_id", "=", self.service.id)]))

    def test_a_case_type_of_who_may_not_work_on_cases_assigns_nobody(self):
        case_type = self.new_case().type_id
        case_type.user_id = self.seller
        self.assertFalse(self.new_case().user_id)
        case_type.user_id = self.service
        self.assertEqual(self.new_case().user_id, self.service)
