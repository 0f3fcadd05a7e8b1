from odoo.tests import new_test_user, tagged

from .common_intake import BooksCase
from .common_tasks import find_tasks


def may_credit(order):
    order.env["account.move"].check_access("create")
    order.env["account.move.reversal"].check_access("create")


def may_write(order):
    order.check_access("write")


# What whoever gets a task has to be able to do, by the task.
ACTS = {
    "changed_late": may_write,
    "two_versions": may_write,
    "credit_cancelled": may_credit,
    "paid_cancelled": may_credit,
    "unbooked": may_credit,
}


@tagged("post_install", "-at_install")
class TestTasks(BooksCase):
    """A task goes to somebody who may do it, never to whoever owns the record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "task_seller", groups="sales_team.group_sale_salesman"
        )
        cls.stranger = new_test_user(
            cls.env,
            "task_stranger",
            groups="account.group_account_manager,oms_addon.group_oms_manager",
            company_id=cls.env["res.company"].create({"name": "Other"}).id,
        )

    def order_of(self, user):
        order = self.receive(self.document("T")).order_id
        order.user_id = user
        self.channel.user_id = user
        return order

    def ask(self, order, role, task):
        return order._oms_ask_role(role, task, lambda _env: "Decide")

    def without(self, *xmlids):
        """Nobody has these roles."""
        for xmlid in xmlids:
            group = self.env.ref(xmlid)
            for user in group.all_user_ids:
                user.group_ids -= user.group_ids.filtered(
                    lambda g, group=group: group in g.all_implied_ids
                )

    def test_every_task_reaches_somebody_who_may_do_it(self):
        tasks, strays = find_tasks("oms_addon")
        self.assertFalse(strays, "leave tasks with _oms_ask_role")
        self.assertLessEqual(set(ACTS), set(tasks))
        order = self.order_of(self.seller)
        for task, role in tasks.items():
            with self.subTest(task=task):
                activity = self.ask(order, role, task)
                user = activity.user_id
                self.assertTrue(
                    user._has_group(order.env["oms.role"]._get_groups()[role])
                )
                self.assertNotIn(user, self.seller + self.stranger)
                ACTS.get(task, may_write)(order.with_user(user))

    def test_a_cancelled_invoiced_order_is_the_accountants_task(self):
        order = self.order_of(self.seller)
        order._oms_fulfil()
        order._oms_settle()
        self.assertTrue(order.invoice_ids)
        self.receive(self.document("T", revision="20261201T000000", status="cancelled"))
        users = order.activity_ids.filtered("oms_task").user_id
        self.assertTrue(users)
        self.assertNotIn(self.seller, users)
        for user in users:
            self.assertTrue(user._has_group("account.group_account_invoice"))

    def test_who_is_responsible_gets_it_if_that_person_may(self):
        order = self.order_of(self.clerk)
        self.assertEqual(self.ask(order, "orders", "x").user_id, self.clerk)
        order = self.order_of(self.seller)
        self.channel.user_id = self.manager
        self.assertEqual(self.ask(order, "orders", "y").user_id, self.manager)

    def test_tasks_are_shared_among_those_who_have_the_role(self):
        second = new_test_user(
            self.env, "task_second", groups="account.group_account_invoice"
        )
        self.without("account.group_account_invoice")
        group = self.env.ref("account.group_account_invoice")
        (self.accountant + second).group_ids += group
        orders = self.env["sale.order"]
        for number in range(4):
            orders |= self.receive(self.document(f"S-{number}")).order_id
        users = self.ask(orders, "accounting", "share").mapped("user_id")
        self.assertEqual(users, self.accountant + second)
        counts = [
            len(orders.activity_ids.filtered(lambda a, u=u: a.user_id == u))
            for u in users
        ]
        self.assertEqual(counts, [2, 2])

    def test_the_same_is_asked_once_while_it_is_open(self):
        order = self.order_of(self.clerk)
        first = self.ask(order, "orders", "once")
        self.assertTrue(first)
        self.assertFalse(self.ask(order, "orders", "once"))
        first.action_done()
        self.assertTrue(self.ask(order, "orders", "once"))

    def test_where_nobody_has_the_role_administrators_are_asked_once(self):
        self.without("account.group_account_invoice")
        orders = self.env["sale.order"]
        for number in range(3):
            orders |= self.receive(self.document(f"N-{number}")).order_id
        activities = self.ask(orders, "accounting", "nobody")
        self.assertEqual(len(activities.mapped("res_id")), len(activities))
        self.assertEqual(len(set(activities.mapped("res_id"))), 1)
        for activity in activities:
            self.assertTrue(activity.user_id._has_group("base.group_system"))
            self.assertIn("role", activity.note)
        for order in orders:
            self.assertIn("Decide", " ".join(order.message_ids.mapped("body")))
        self.assertFalse(self.ask(orders, "accounting", "nobody"))
        hints = self.env["oms.overview"].with_user(self.manager).get_figures()["hints"]
        self.assertTrue(any("Invoicing" in hint or "Billing" in hint for hint in hints))

    def test_a_task_speaks_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.clerk.lang = "zh_CN"
        order = self.order_of(self.clerk)
        said = []
        order._oms_ask_role("orders", "lang", lambda env: said.append(env.lang) or "x")
        self.assertEqual(said, ["zh_CN"])
