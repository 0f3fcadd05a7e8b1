from collections import namedtuple
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.oms_addon.models.operations import oms_health_measure

from .common_intake import IntakeCase

Usage = namedtuple("Usage", "total used free")


@tagged("post_install", "-at_install")
class TestHealth(IntakeCase):
    """Each thing that can stand still raises an alarm, once for each cause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health = cls.env["oms.health"]
        cls.admin = cls.env.ref("base.user_admin")
        now = fields.Datetime.now()
        cls.crons().write({"lastcall": now, "active": True})
        cls.measured_disk = cls.startClassPatcher(
            patch.object(
                oms_health_measure.shutil, "disk_usage", return_value=Usage(100, 40, 60)
            )
        )

    @classmethod
    def crons(cls):
        names = cls.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", "oms_addon%")]
        )
        crons = cls.env["ir.cron"].with_context(active_test=False)
        return crons.browse(names.mapped("res_id"))

    def hours_ago(self, hours):
        return fields.Datetime.now() - timedelta(hours=hours)

    def message(self, number=0, **values):
        message = self.env["oms.inbox.message"].create(
            {
                "channel_id": self.channel.id,
                "kind": "api",
                "body": b"e30=",
                "digest": f"digest {number}",
                **values,
            }
        )
        return message

    def told(self, state="queued", hours=0):
        message = self.env["oms.outbox.message"].create(
            {"channel_id": self.channel.id, "kind": "stock", "state": state}
        )
        message.flush_recordset()
        self.env.cr.execute(
            "UPDATE oms_outbox_message SET create_date = %s WHERE id = %s",
            [self.hours_ago(hours), message.id],
        )
        message.invalidate_recordset()

    # What happens, and the figure that tells.
    def inbox_age(self):
        self.message(received_at=self.hours_ago(1))

    def inbox_error(self):
        for number in range(51):
            self.message(number, state="error")

    def outbox_age(self):
        self.told(hours=2)

    def outbox_error(self):
        for _number in range(21):
            self.told("error")

    def silent(self):
        for number in range(30):
            self.message(number, received_at=self.hours_ago(80 - number), state="done")

    def cron(self):
        self.crons()[0].lastcall = self.hours_ago(24 * 40)

    def disk(self):
        self.measured_disk.return_value = Usage(100, 95, 5)
        self.addCleanup(setattr, self.measured_disk, "return_value", Usage(100, 40, 60))

    def alarms(self):
        figures = self.health._measure()
        return figures.filtered(lambda figure: figure.state == "alarm")

    def test_nothing_alarms_while_all_is_well(self):
        self.message(state="done")
        self.told("sent", hours=90)
        self.assertFalse(self.alarms().mapped("display_name"))
        self.assertTrue(self.health._is_alive())

    def test_each_thing_that_stands_still_raises_its_alarm(self):
        codes = [code for code, _label in self.health._fields["code"].selection]
        for code in set(codes) - {"quarantined"}:
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                getattr(self, code)()
                self.assertEqual(self.alarms().mapped("code"), [code])
                savepoint.rollback()
                self.env.invalidate_all()
                self.measured_disk.return_value = Usage(100, 40, 60)

    def test_an_action_that_was_switched_off_alarms(self):
        self.crons()[0].active = False
        alarm = self.alarms()
        self.assertIn("switched off", alarm.about)

    def test_a_channel_that_sends_seldom_is_not_silent(self):
        for number in range(30):
            self.message(number, received_at=self.hours_ago(20 * number + 30))
        self.env["oms.inbox.message"].search([]).state = "done"
        self.assertFalse(self.alarms())

    def test_administrators_get_one_activity_for_each_cause(self):
        self.inbox_age()
        alarm = self.alarms()
        activity = alarm.activity_ids.filtered(lambda a: a.user_id == self.admin)
        self.assertEqual(len(activity), 1)
        self.assertIn("Oldest message not read", activity.summary)
        self.alarms()
        self.assertEqual(len(alarm.activity_ids.filtered("user_id")), len(activity))
        activity.action_done()
        self.assertFalse(self.alarms().activity_ids, "the same cause is told once")

    def test_an_alarm_that_is_over_takes_its_activity_back(self):
        self.inbox_age()
        alarm = self.alarms()
        self.env["oms.inbox.message"].search([]).state = "done"
        self.assertFalse(self.alarms())
        self.assertFalse(alarm.activity_ids)
        self.env["oms.inbox.message"].search([]).state = "new"
        self.assertTrue(self.alarms().activity_ids, "a new cause is told again")

    def test_limits_are_the_administrators_choice(self):
        self.inbox_age()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("oms_addon.health_inbox_minutes", "90")
        self.assertFalse(self.alarms())
        parameters.set_param("oms_addon.health_inbox_minutes", "many")
        self.assertTrue(self.alarms(), "no number: the usual limit")

    def test_only_administrators_see_the_page_and_make_a_token(self):
        for user in (self.clerk, self.manager):
            for method in ("action_open", "action_new_token"):
                with self.assertRaises(AccessError):
                    getattr(self.health.with_user(user), method)()
        page = self.health.with_user(self.admin).action_open()
        self.assertEqual(page["res_model"], "oms.health")
        self.assertTrue(self.health.with_user(self.admin).search([]))


@tagged("post_install", "-at_install")
class TestHealthAddress(HttpCase):
    """Monitoring gets figures, everybody else a word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crons = TestHealth.crons.__func__(cls)
        cls.crons.write({"lastcall": fields.Datetime.now(), "active": True})

    def ask(self, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.url_open("/oms/health", headers=headers)

    def test_a_visitor_gets_a_word_and_no_figure(self):
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.json()), (200, {"status": "ok"}))
        self.crons[0].lastcall = fields.Datetime.now() - timedelta(days=90)
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.json()), (503, {"status": "down"}))

    def test_the_token_opens_the_figures_until_a_new_one_is_made(self):
        health = self.env["oms.health"]
        first = health.action_new_token()["params"]["message"]
        self.assertIn("figures", self.ask(first).json())
        kept = self.env["ir.config_parameter"].get_param("oms_addon.health_token")
        self.assertNotIn(first, kept)
        second = health.action_new_token()["params"]["message"]
        for wrong in (first, "", "nonsense", kept):
            self.assertEqual(list(self.ask(wrong).json()), ["status"])
        health._measure()
        figures = self.ask(second).json()["figures"]
        codes = {figure["code"] for figure in figures}
        self.assertGreaterEqual(codes, {"inbox_age", "outbox_age", "cron", "disk"})

    def test_an_administrator_sees_figures_and_others_do_not(self):
        new_test_user(self.env, "plain", groups="base.group_user")
        self.authenticate("plain", "plain")
        self.assertEqual(list(self.ask().json()), ["status"])
        self.authenticate("admin", "admin")
        self.assertIn("figures", self.ask().json())
