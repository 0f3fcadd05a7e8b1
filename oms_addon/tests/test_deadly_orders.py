from unittest.mock import patch

from odoo.tests import tagged

from .common_intake import BooksCase

# Background work on orders: its name, its scheduled action, and what does it.
WORKS = (
    ("fulfil", "oms_addon.ir_cron_fulfil", "_oms_fulfil"),
    ("source again", "oms_addon.ir_cron_source_short", "_oms_source_again"),
    ("settle", "oms_addon.ir_cron_settle", "_oms_settle_safely"),
)


@tagged("post_install", "-at_install")
class TestDeadlyOrders(BooksCase):
    """An order that kills who works on it in the background stops no other one."""

    def _waiting(self, name):
        """Three orders that wait for a work."""
        documents = (self.document(external_id=f"{name}-{n}") for n in range(3))
        orders = self.receive(*documents).order_id
        if name == "settle":
            orders._oms_fulfil()
        elif name == "source again":
            check = self.env.ref("oms_addon.oms_check_out_of_stock")
            orders._oms_hold({order: {check: {"items": ["TEA"]}} for order in orders})
        return orders

    def _run(self, work, died_with=(), times=0):
        """Run a scheduled action; return the batches that it worked on.

        :param died_with: orders that dead workers have begun.
        :param int times: how many workers.
        """
        name, action, method = work
        attempts = self.env["oms.attempt"].sudo()
        batches = []
        with (
            patch.object(
                self.registry["sale.order"],
                method,
                lambda orders: batches.append(orders.ids),
            ),
            self.enter_registry_test_mode(),
        ):
            for order in died_with:
                attempts._begin(name, order.ids)
                for _more in range(times - 1):
                    attempts._begin_again(name, order.id)
            self.env.ref(action).method_direct_trigger()
            self.assertFalse(attempts._counts(name))
        return batches

    def test_what_has_killed_one_worker_is_tried_alone_after_the_others(self):
        for work in WORKS:
            with self.subTest(work[0]):
                first, *others = orders = self._waiting(work[0])
                batches = self._run(work, first, 1)
                self.assertEqual(batches[-1], first.ids)
                done = {order_id for batch in batches[:-1] for order_id in batch}
                self.assertLessEqual({order.id for order in others}, done)
                self.assertNotIn(first.id, done)
                self.assertFalse(self._deadly(orders))

    def test_what_has_killed_two_is_held_with_the_reason_and_the_others_are_done(self):
        for work in WORKS:
            with self.subTest(work[0]):
                first, *others = orders = self._waiting(work[0])
                seen = {i for batch in self._run(work, first, 2) for i in batch}
                self.assertLessEqual({order.id for order in others}, seen)
                self.assertNotIn(first.id, seen)
                hold = self._deadly(orders)
                self.assertEqual(hold.order_id, first)
                self.assertIn("stopped the server", hold.reason)
                again = {i for batch in self._run(work) for i in batch}
                self.assertNotIn(first.id, again, "nobody begins with it again")

    def test_released_by_a_person_it_is_tried_again(self):
        for work in WORKS:
            with self.subTest(work[0]):
                first = self._waiting(work[0])[0]
                self._run(work, first, 2)
                self._deadly(first)._close("released")
                seen = {i for batch in self._run(work) for i in batch}
                self.assertIn(first.id, seen)

    def _deadly(self, orders):
        return orders.oms_hold_ids.filtered(
            lambda hold: hold.state == "open" and hold.code == "ended_worker"
        )
