from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCsat(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).oms_csat_days = 0
        cls.company.oms_csat_days = 3
        cls.order = cls._create_order(cls.shirt)

    def _run_cron(self, days):
        cron = self.env.ref("oms_addon_aftersales.ir_cron_sale_order_csat")
        moment = fields.Datetime.now() + timedelta(days=days)
        with freeze_time(moment), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.order.invalidate_recordset()

    def _get_requests(self, record):
        return record.message_ids.filtered(lambda m: "/rate/" in (m.body or ""))

    def _answer(self, record, rate, feedback=""):
        token = record._rating_get_access_token()
        record.rating_apply(rate, token=token, feedback=feedback)

    def test_customer_is_asked_once_after_the_days(self):
        self._run_cron(2)
        self.assertFalse(self.order.oms_csat_requested_at)
        self._run_cron(4)
        self.assertTrue(self.order.oms_csat_requested_at)
        self._run_cron(5)
        requests = self._get_requests(self.order)
        self.assertEqual(len(requests), 1)
        self.assertEqual(requests.partner_ids, self.customer)

    def test_service_asks_at_once_and_only_for_what_is_delivered(self):
        waiting = self._create_order(self.shirt, deliver=False, invoice=False)
        orders = (self.order | waiting).with_user(self.service)
        orders.action_request_csat()
        orders.action_request_csat()
        self.assertEqual(len(self._get_requests(self.order)), 1)
        self.assertFalse(waiting.oms_csat_requested_at)

    def test_channel_has_its_own_days(self):
        channel = self.env["oms.channel"].create(
            {
                "name": "Shop",
                "kind": "manual",
                "company_id": self.company.id,
                "csat_days": 0,
            }
        )
        self.order.oms_channel_id = channel
        self._run_cron(4)
        self.assertFalse(self.order.oms_csat_requested_at)
        channel.csat_days = 10
        self._run_cron(9)
        self.assertFalse(self.order.oms_csat_requested_at)
        self._run_cron(11)
        self.assertTrue(self.order.oms_csat_requested_at)

    def test_days_count_from_the_last_parcel(self):
        order = self._create_order((self.shirt, 2, {}), deliver=False, invoice=False)
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        with freeze_time(fields.Datetime.now() + timedelta(days=10)):
            self._deliver(order)
        self.assertEqual(order.delivery_status, "full")
        self._run_cron(11)
        order.invalidate_recordset()
        self.assertFalse(order.oms_csat_requested_at)
        self._run_cron(14)
        order.invalidate_recordset()
        self.assertTrue(order.oms_csat_requested_at)

    def test_days_count_from_the_arrival_where_it_is_known(self):
        self.order.oms_delivered_at = fields.Datetime.now() + timedelta(days=5)
        self.env.flush_all()
        self._run_cron(7)
        self.assertFalse(self.order.oms_csat_requested_at)
        self._run_cron(9)
        self.assertTrue(self.order.oms_csat_requested_at)

    def test_cancelled_orders_are_not_asked_about(self):
        self.order._action_cancel()
        self.order.action_request_csat()
        self.assertFalse(self.order.oms_csat_requested_at)
        self._run_cron(4)
        self.assertFalse(self.order.oms_csat_requested_at)

    def test_missing_mail_stops_the_run_and_not_the_next(self):
        self.env.ref("oms_addon_aftersales.sale_order_mail_csat").unlink()
        self._run_cron(4)
        self.assertFalse(self.order.oms_csat_requested_at)

    def test_request_is_in_the_language_of_the_customer(self):
        self.customer.lang = "zh_CN"
        self._run_cron(4)
        request = self._get_requests(self.order)
        self.assertNotIn("How satisfied", request.body)
        self.assertNotIn("How was your", request.subject)

    def test_answer_can_be_changed(self):
        token = self.order._rating_get_access_token()
        self.order.rating_apply(1, token=token)
        self.order.rating_apply(5, token=token)
        self.assertEqual(self.order.oms_csat, 5)
        self.assertEqual(self.customer.oms_csat_avg, 5)
        self.assertEqual(self.order.rating_count, 1)

    def test_old_orders_and_orders_without_address_are_left_alone(self):
        self._run_cron(100)
        self.assertFalse(self.order.oms_csat_requested_at)
        self.customer.email = False
        self._run_cron(4)
        self.assertFalse(self.order.oms_csat_requested_at)

    def test_answer_is_written_to_order_and_customer(self):
        self._answer(self.order, 5, "Great")
        self.assertEqual(self.order.oms_csat, 5)
        self.assertEqual(self.customer.oms_csat_avg, 5)
        second = self._create_order(self.shirt)
        self._answer(second, 3)
        self.assertEqual(self.customer.oms_csat_avg, 4)
        self.assertFalse(self.order.oms_case_ids)

    def test_unhappy_customer_opens_one_case(self):
        self._answer(self.order, 1, "Came broken")
        case = self.order.oms_case_ids
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.description, "Came broken")
        self.assertEqual(case.priority, "2")
        self._answer(self.order, 1, "Nobody answers")
        self.assertEqual(len(self.order.oms_case_ids), 1)

    def test_closed_case_asks_and_a_bad_answer_is_followed_up(self):
        case = (
            self.env["oms.case"]
            .with_user(self.service)
            .create(
                {
                    "subject": "Late",
                    "order_id": self.order.id,
                    "company_id": self.company.id,
                }
            )
        )
        case.action_close()
        self.assertTrue(case.oms_csat_requested_at)
        self.assertEqual(len(self._get_requests(case)), 1)
        self._answer(case.sudo(), 1)
        self.assertEqual(case.oms_csat, 1)
        self.assertTrue(case.activity_ids)

    def test_remark_of_the_customer_is_shown_as_text(self):
        case = self.env["oms.case"].create(
            {"subject": "Late", "order_id": self.order.id, "user_id": self.service.id}
        )
        case.action_close()
        self._answer(case.sudo(), 1, "<a href='https://example.com'>win</a>")
        self.assertIn("&lt;a href", case.activity_ids.note)

    def test_asking_many_takes_few_queries_each(self):
        orders = self.order
        for _number in range(5):
            orders |= self._create_order(self.shirt, invoice=False)
        orders[0]._request_csat()
        self.env.flush_all()
        with self.assertQueryCount(__system__=260, **{self.env.user.login: 260}):
            orders[1:]._request_csat()
            self.env.flush_all()
