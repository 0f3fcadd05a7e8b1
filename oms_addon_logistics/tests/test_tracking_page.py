from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from .page_common import PageCase


@tagged("-at_install", "post_install")
class TestTrackingPage(PageCase):
    def _open(self, picking=None):
        """Open the page as a visitor who has only the link."""
        token = (picking or self.picking).oms_tracking_token
        return self.url_open(f"/oms/track/{token}")

    def _start(self):
        self.trip.with_user(self.driver)._start()

    def test_token_is_long_and_of_its_own(self):
        tokens = self.trip.stop_ids.picking_ids.mapped("oms_tracking_token")
        self.assertEqual(len(set(tokens)), 3)
        self.assertTrue(all(len(token) >= 32 for token in tokens))

    def test_wrong_token_is_not_found(self):
        for token in ("x" * 32, "short", "*" * 32, "%C3%A9" * 20, "x" * 500):
            response = self.url_open(f"/oms/track/{token}")
            self.assertEqual(response.status_code, 404, token)
            self.assertNotIn(self.picking.sale_id.name, response.text)

    def test_page_is_kept_from_search_engines_and_referrers(self):
        headers = self._open().headers
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])

    def test_customer_reads_order_and_contents(self):
        page = self._open().text
        self.assertIn(self.picking.sale_id.name, page)
        self.assertIn("Tea Set", page)
        self.assertIn('data-status="planned"', page)

    def test_name_phone_and_street_are_masked(self):
        page = self._open().text
        self.assertIn("Z*** W**", page)
        self.assertIn("****5678", page)
        self.assertNotIn("Zhang Wei", page)
        self.assertNotIn("138 1234", page)
        self.assertNotIn("Wensan Road", page)
        self.assertIn("Hangzhou", page)

    def test_the_browsers_language_is_heeded(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        token = self.picking.oms_tracking_token
        (self.picking.partner_id + self.picking.sale_id.partner_id).lang = "en_US"
        for asked, shown in (
            ("zh-CN,zh;q=0.9", "zh-CN"),
            ("zh-TW", "zh-CN"),
            ("en-GB", "en-US"),
            ("fr-FR", "en-US"),
        ):
            page = self.url_open(
                f"/oms/track/{token}", headers={"Accept-Language": asked}
            ).text
            self.assertIn(f'lang="{shown}"', page, asked)

    def test_other_customers_do_not_appear(self):
        self._start()
        self.trip.stop_ids[0].with_user(self.driver)._deliver(
            {"recipient_name": "Zhang Wei"}
        )
        page = self._open(self.trip.stop_ids[1].picking_ids).text
        self.assertNotIn("Zhang", page)
        self.assertNotIn("Chen", page)
        # The driver was last at the first customer's door: only about there.
        self.assertNotIn(str(self.customers[0].partner_longitude + 0.001)[:8], page)

    def test_stops_ahead_count_down(self):
        self._start()
        last = self.trip.stop_ids[2].picking_ids
        page = self._open(last).text
        self.assertIn('data-status="started"', page)
        self.assertIn("2 stops before you", " ".join(page.split()))
        self.trip.stop_ids[0].with_user(self.driver)._deliver({})
        self.assertIn("1 stop before you", self._open(last).text)
        self.trip.stop_ids[1].with_user(self.driver)._deliver({})
        self.assertIn("You are next", self._open(last).text)

    def test_map_is_shown_on_the_road_only(self):
        self.assertNotIn("oms_track_map", self._open().text)
        self._start()
        self.assertIn("oms_track_map", self._open().text)
        self.stop.with_user(self.driver)._deliver({})
        self.assertNotIn("oms_track_map", self._open().text)

    def test_expected_arrival_moves_with_the_delay(self):
        now = Datetime.now()
        self.trip.planned_start = now - timedelta(hours=1)
        self.stop.planned_arrival = now + timedelta(hours=1)
        before = self.picking._oms_get_expected_arrival()
        self._start()
        after = self.picking._oms_get_expected_arrival()
        self.assertAlmostEqual((after[0] - before[0]).total_seconds(), 3600, delta=60)

    def test_proof_of_delivery_names_the_recipient(self):
        self._start()
        self.stop.with_user(self.driver)._deliver({"recipient_name": "Aunt Zhang"})
        page = self._open().text
        self.assertIn('data-status="delivered"', page)
        self.assertIn("A*** Z***", page)
        self.assertNotIn("Aunt Zhang", page)

    def test_failed_attempt_is_told(self):
        self._start()
        reason = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_absent")
        self.stop.with_user(self.driver)._fail(reason)
        page = self._open().text
        self.assertIn('data-status="failed"', page)
        self.assertIn("Nobody at home", page)

    def test_the_reason_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        reason = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_absent")
        reason.with_context(lang="zh_CN").name = "无人在家"
        self.customers[0].lang = "zh_CN"
        self._start()
        self.stop.with_user(self.driver).with_context(lang="en_US")._fail(reason)
        page = self._open().text
        self.assertIn("无人在家", page)
        self.assertNotIn("Nobody at home", page)

    def test_the_link_does_not_give_the_door_away(self):
        """Name and street are masked: the map must not tell the exact place."""
        self.customers[0].write(
            {"partner_latitude": 30.2534567, "partner_longitude": 120.1534567}
        )
        self.stop.write({"latitude": 30.2534567, "longitude": 120.1534567})
        self._start()
        page = self._open().text
        self.assertIn("oms_track_map", page)
        self.assertNotIn("30.25345", page)

    def test_page_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customers[0].lang = "zh_CN"
        self.assertIn('lang="zh-CN"', self._open().text)

    def test_generic_carrier_has_its_link(self):
        product = self.env["product.product"].create(
            {"name": "Parcel service", "type": "service"}
        )
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Swift Parcel",
                "delivery_type": "fixed",
                "product_id": product.id,
                "tracking_url": "https://carrier.example/<shipmenttrackingnumber>",
            }
        )
        order = self.picking.sale_id.copy()
        order.action_confirm()
        picking = order.picking_ids
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "SP123"})
        page = self._open(picking).text
        self.assertIn("Swift Parcel", page)
        self.assertIn('href="https://carrier.example/SP123"', page)

    def test_order_in_the_portal_links_to_the_page(self):
        order = self.picking.sale_id
        page = self.url_open(order.get_portal_url()).text
        self.assertIn(f"/oms/track/{self.picking.oms_tracking_token}", page)

    def test_the_link_ends_some_time_after_the_delivery(self):
        self._start()
        self.stop.with_user(self.driver)._deliver({"recipient_name": "Zhang Wei"})
        now = Datetime.now()
        for days, status in ((1, 200), (59, 200), (61, 410), (400, 410)):
            self.picking.oms_delivered_at = now - timedelta(days=days)
            with self.subTest(days=days):
                answer = self._open()
                self.assertEqual(answer.status_code, status)
                self.assertEqual(
                    self.picking.sale_id.name in answer.text, status == 200
                )
        self.env["ir.config_parameter"].set_param(
            "oms_addon_logistics.tracking_days", "500"
        )
        self.assertEqual(self._open().status_code, 200)

    def test_a_link_does_not_end_before_the_delivery(self):
        late = self.trip.stop_ids[1].picking_ids
        late.scheduled_date = Datetime.now() - timedelta(days=300)
        self.assertEqual(self._open(late).status_code, 200)
