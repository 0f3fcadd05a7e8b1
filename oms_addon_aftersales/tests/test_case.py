from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AftersalesCommon

# Monday; the calendar works from 8 to 12 and 13 to 17 in UTC
MONDAY = datetime(2026, 3, 2, 8, 0)


@tagged("post_install", "-at_install")
class TestCase(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "company_id": cls.company.id}
        )
        cls.case_type = cls.env["oms.case.type"].create(
            {
                "name": "Broken",
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "hours_normal": 12,
                "hours_urgent": 2,
                "user_id": cls.service.id,
                "escalation_user_id": cls.env.user.id,
            }
        )

    def _open_case(self, **vals):
        return (
            self.env["oms.case"]
            .with_user(self.service)
            .create(
                {
                    "subject": "Lamp is broken",
                    "type_id": self.case_type.id,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )

    def test_promise_counts_working_hours(self):
        with freeze_time(MONDAY):
            case = self._open_case()
            urgent = self._open_case(priority="3")
        self.assertEqual(case.sla_deadline, datetime(2026, 3, 3, 12, 0))
        self.assertEqual(urgent.sla_deadline, datetime(2026, 3, 2, 10, 0))
        self.assertEqual(case.user_id, self.service)

    def test_promise_goes_from_in_time_over_at_risk_to_late(self):
        with freeze_time(MONDAY):
            case = self._open_case()
        for moment, state in (
            (datetime(2026, 3, 2, 9, 0), "ok"),
            (datetime(2026, 3, 3, 11, 0), "at_risk"),
            (datetime(2026, 3, 3, 12, 1), "breached"),
        ):
            with freeze_time(moment), self.subTest(state=state):
                case.invalidate_recordset()
                self.assertEqual(case.sla_state, state)
                found = self.env["oms.case"].search([("sla_state", "=", state)])
                self.assertIn(case, found)
                others = self.env["oms.case"].search([("sla_state", "!=", state)])
                self.assertNotIn(case, others)

    def test_waiting_for_the_customer_moves_the_promise(self):
        with freeze_time(MONDAY):
            case = self._open_case()
            case.action_wait()
        with freeze_time(datetime(2026, 3, 4, 8, 0)):  # two working days later
            case.invalidate_recordset()
            self.assertEqual(case.sla_state, "ok")
            case.action_work()
        self.assertEqual(case.waited_hours, 16)
        self.assertEqual(case.sla_deadline, datetime(2026, 3, 5, 12, 0))

    def test_late_cases_are_escalated_once(self):
        with freeze_time(MONDAY):
            case = self._open_case()
        with freeze_time(datetime(2026, 3, 4, 8, 0)), self.enter_registry_test_mode():
            cron = self.env.ref("oms_addon_aftersales.ir_cron_oms_case_escalate")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        case.invalidate_recordset()
        self.assertTrue(case.is_sla_failed)
        self.assertEqual(case.activity_ids.user_id, self.env.user)
        self.assertEqual(len(case.activity_ids), 1)

    def test_case_solved_too_late_stays_late(self):
        with freeze_time(MONDAY):
            case = self._open_case()
        with freeze_time(datetime(2026, 3, 4, 8, 0)):
            case.action_solve()
        self.assertTrue(case.is_sla_failed)
        self.assertEqual(case.sla_state, "breached")

    def test_time_between_solved_and_reopened_is_not_ours(self):
        with freeze_time(MONDAY):
            case = self._open_case()
        with freeze_time(datetime(2026, 3, 3, 8, 0)):
            case.action_solve()
        with freeze_time(datetime(2026, 3, 6, 8, 0)), self.enter_registry_test_mode():
            case.message_post(
                body="It flickers again",
                author_id=self.customer.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            cron = self.env.ref("oms_addon_aftersales.ir_cron_oms_case_escalate")
            cron.method_direct_trigger()
        case.invalidate_recordset()
        self.assertEqual(case.state, "working")
        # eight hours were used of the twelve
        self.assertEqual(case.sla_deadline, datetime(2026, 3, 6, 12, 0))
        self.assertFalse(case.is_sla_failed or case.activity_ids)

    def test_promise_follows_the_hours_of_another_time_zone(self):
        self.calendar.tz = "Asia/Shanghai"
        with freeze_time(MONDAY):  # 16 o'clock over there
            case = self._open_case()
        self.assertEqual(case.sla_deadline, datetime(2026, 3, 4, 3, 0))

    def test_escalation_without_anybody_responsible_goes_to_the_service(self):
        self.case_type.write({"escalation_user_id": False, "user_id": False})
        with freeze_time(MONDAY):
            case = self._open_case(user_id=False)
        with freeze_time(datetime(2026, 3, 4, 8, 0)), self.enter_registry_test_mode():
            cron = self.env.ref("oms_addon_aftersales.ir_cron_oms_case_escalate")
            cron.method_direct_trigger()
        case.invalidate_recordset()
        self.assertTrue(case.is_sla_failed)
        self.assertTrue(case.activity_ids)
        user = case.activity_ids.user_id
        self.assertTrue(user._has_group("oms_addon_aftersales.group_oms_service"))

    def test_customer_is_told_the_solution_in_their_language(self):
        self.customer.lang = "zh_CN"
        case = self._open_case(solution="A new lamp is on its way.")
        case.action_solve()
        mail = case.message_ids.filtered(lambda m: case.name in (m.subject or ""))
        self.assertIn(self.customer, mail.notified_partner_ids)
        self.assertIn("A new lamp is on its way.", mail.body)
        self.assertNotIn("We solved", mail.body)
        self.assertEqual(mail.author_id, self.service.partner_id)

    def test_sender_becomes_the_customer_with_the_first_answer(self):
        case = self._open_case(partner_id=False, email_from="Bob <bob@example.com>")
        bob = self.env["res.partner"].create({"name": "B", "email": "bob@example.com"})
        case.message_post(
            body="We look at it",
            partner_ids=bob.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(case.partner_id, bob)

    def test_first_answer_of_staff_is_stamped_and_starts_the_work(self):
        case = self._open_case()
        case.message_post(body="To ourselves", subtype_xmlid="mail.mt_note")
        self.assertFalse(case.first_response_at)
        case.message_post(
            body="We look at it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(case.first_response_at)
        self.assertEqual(case.state, "working")

    def test_answer_of_the_customer_reopens_a_solved_case(self):
        case = self._open_case()
        case.action_solve()
        case.message_post(
            body="Still broken",
            author_id=self.customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(case.state, "working")
        self.assertFalse(case.solved_at)

    def test_closed_case_cannot_be_dragged_back(self):
        case = self._open_case()
        case.write({"state": "closed"})
        self.assertTrue(case.solved_at)
        with self.assertRaises(UserError):
            case.write({"state": "working"})

    def test_mail_to_the_alias_of_a_type_opens_a_case(self):
        domain = (
            self.env["mail.alias.domain"].sudo().create({"name": "shop.example.com"})
        )
        self.case_type.write({"alias_domain_id": domain.id, "alias_name": "broken"})
        self.env["mail.thread"].sudo().message_process(
            None,
            "From: Ann <ann@example.com>\nTo: broken@shop.example.com\n"
            "Subject: My lamp\nMessage-ID: <1@example.com>\n\nIt does not light.",
        )
        case = self.env["oms.case"].search([("subject", "=", "My lamp")])
        self.assertEqual(case.type_id, self.case_type)
        self.assertEqual(case.partner_id, self.customer)
        self.assertIn("It does not light", case.description)
        confirmed = case.message_ids.filtered(lambda m: m.message_type != "email")
        self.assertIn(self.customer, confirmed.notified_partner_ids)
        self.assertFalse(case.first_response_at)

    def test_compensation_drafts_a_credit_note_up_to_what_was_paid(self):
        order = self._create_order(self.shirt)
        case = self._open_case(
            order_id=order.id, compensation="refund", compensation_amount=20
        )
        case.action_compensate()
        note = case.sudo().compensation_move_id
        self.assertEqual((note.state, note.amount_total), ("draft", 20.0))
        with self.assertRaises(UserError):
            case.action_compensate()
        greedy = self._open_case(
            order_id=order.id, compensation="refund", compensation_amount=2000
        )
        with self.assertRaises(UserError):
            greedy.action_compensate()
