from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestBulk(IntakeCase):
    """An action on many records does what it may, and says what it did not."""

    def orders(self):
        """One order that a clerk may release, two that only a manager may."""
        duplicate = self.document("A-2", status="hold")
        free = self.receive(duplicate).order_id
        unpaid = self.env["sale.order"]
        for number in ("U-1", "U-2"):
            document = self.document(number, payments=[], status="unpaid")
            unpaid |= self.receive(document).order_id
        free.oms_open_hold_ids.check_id.release_right = "user"
        self.assertTrue(all((free + unpaid).mapped("oms_is_held")))
        return free, unpaid

    def test_what_may_be_released_is_released_and_the_rest_is_named(self):
        free, unpaid = self.orders()
        answer = (free + unpaid).with_user(self.clerk).action_oms_release()
        self.assertFalse(free.oms_is_held)
        self.assertTrue(all(unpaid.mapped("oms_is_held")))
        message = answer["params"]["message"]
        self.assertIn("1", message.splitlines()[0])
        for order in unpaid:
            self.assertIn(order.name, message)
        self.assertNotIn(free.name, message)
        self.assertIn("manager", message)
        listed = self.env["oms.hold"].search(answer["params"]["next"]["domain"])
        self.assertEqual(listed.order_id, unpaid)

    def test_who_may_release_none_is_refused_and_reads_which(self):
        _free, unpaid = self.orders()
        with self.assertRaises(AccessError) as refused:
            unpaid.with_user(self.clerk).action_oms_release()
        for order in unpaid:
            self.assertIn(order.name, str(refused.exception))

    def test_a_hold_that_is_closed_meanwhile_keeps_no_other_back(self):
        free, unpaid = self.orders()
        holds = (free + unpaid).oms_open_hold_ids
        free.oms_open_hold_ids.with_user(self.clerk).action_release()
        answer = holds.with_user(self.manager).action_release()
        self.assertFalse(any(unpaid.mapped("oms_is_held")))
        self.assertIn(free.name, answer["params"]["message"])
        with self.assertRaises(UserError):
            holds.with_user(self.manager).action_release()

    def test_checking_again_says_how_many_were_freed(self):
        free, unpaid = self.orders()
        unpaid[0].with_user(self.manager).oms_on_account = True
        orders = (free + unpaid).with_user(self.clerk)
        answer = orders.action_oms_recheck()["params"]["message"]
        self.assertIn("1", answer.splitlines()[0])
        self.assertNotIn(unpaid[0].name, answer)
        self.assertIn(unpaid[1].name, answer)

    def test_confirming_many_names_those_that_were_not(self):
        ready = self.receive(self.document("R-1")).order_id
        _free, unpaid = self.orders()
        answer = (ready + unpaid).with_user(self.clerk).action_oms_process()
        self.assertEqual(ready.state, "sale")
        message = answer["params"]["message"]
        for order in unpaid:
            self.assertIn(order.name, message)
        self.assertNotIn(ready.name, message)
