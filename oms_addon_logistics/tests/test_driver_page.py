import base64
import json

from odoo.fields import Date, Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.navigation import navigation_url
from .page_common import PageCase

# One transparent pixel.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("-at_install", "post_install")
class TestDriverPage(PageCase):
    def _do(self, action, stop=None, key=None, trip=None, values=None, **params):
        """Send one action as the page does; return the whole JSON-RPC answer."""
        params = {
            "key": key or f"{action}-{stop and stop.id}",
            "action": action,
            "trip": params.pop("trip_id", (trip or self.trip).id),
            "stop": stop.id if stop else None,
            "at": f"{Datetime.now().isoformat()}Z",
            "values": values or {},
            **params,
        }
        response = self.url_open(
            "/oms/driver/do",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def test_driver_sees_own_trips_only(self):
        self.authenticate("driver_li", "driver_li")
        page = self.url_open("/oms/driver")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f"/oms/driver/trip/{self.trip.id}", page.text)
        self.assertNotIn(f"/oms/driver/trip/{self.other_trip.id}", page.text)

    def test_another_drivers_trip_is_not_found(self):
        self.authenticate("driver_li", "driver_li")
        page = self.url_open(f"/oms/driver/trip/{self.other_trip.id}")
        self.assertEqual(page.status_code, 404)
        unknown = self.url_open("/oms/driver/trip/999999999")
        self.assertEqual(unknown.status_code, 404)

    def test_another_drivers_trip_cannot_be_started(self):
        self.authenticate("driver_li", "driver_li")
        with mute_logger("odoo.http"):
            answer = self._do("start", trip=self.other_trip)
        self.assertEqual(answer["error"]["code"], 404)
        self.assertEqual(self.other_trip.state, "dispatched")

    def test_a_stop_of_another_trip_cannot_be_delivered(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        with mute_logger("odoo.http"):
            answer = self._do("deliver", self.other_trip.stop_ids)
        self.assertEqual(answer["error"]["code"], 404)
        self.assertEqual(self.other_trip.stop_ids.state, "planned")

    def test_warehouse_worker_who_drives_too_sees_own_trips_only(self):
        office, portal, store = (
            self.env.ref(name)
            for name in (
                "base.group_user",
                "base.group_portal",
                "stock.group_stock_user",
            )
        )
        self.driver.group_ids = self.driver.group_ids - portal + office + store
        self.authenticate("driver_li", "driver_li")
        page = self.url_open(f"/oms/driver/trip/{self.other_trip.id}")
        self.assertEqual(page.status_code, 404)

    def test_page_is_for_drivers_and_dispatchers(self):
        self.env["res.users"].create(
            {
                "name": "Office",
                "login": "office_only",
                "password": "office_only",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        self.authenticate("office_only", "office_only")
        self.assertEqual(self.url_open("/oms/driver").status_code, 404)
        self.authenticate("dispatcher_he", "dispatcher_he")
        self.assertEqual(
            self.url_open(f"/oms/driver/trip/{self.trip.id}").status_code, 200
        )
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/oms/driver").url)

    def test_one_stop_is_not_written_as_several(self):
        self.authenticate("driver_wu", "driver_wu")
        words = " ".join(self.url_open("/oms/driver").text.split())
        self.assertIn("1 stop ", words)
        self.assertNotIn("1 stops", words)

    def test_the_driver_reads_the_clock_of_the_depot(self):
        self.warehouse.partner_id.tz = "Europe/Berlin"
        self.trip.planned_start = "2026-07-01 05:30:00"
        self.authenticate("driver_li", "driver_li")
        for path in ("/oms/driver", f"/oms/driver/trip/{self.trip.id}"):
            self.assertIn(">07:30<", self.url_open(path).text, path)

    def test_page_tells_the_driver_where_and_whom(self):
        self.authenticate("driver_li", "driver_li")
        page = self.url_open(f"/oms/driver/trip/{self.trip.id}").text
        self.assertIn("88 Wensan Road", page)
        self.assertIn('href="tel:+8613812345678"', page)
        self.assertIn("https://uri.amap.com/navigation?to=120.15", page)
        self.assertIn("Tea Set", page)
        self.assertLess(page.index("Zhang Wei"), page.index("Chen Jie"))

    def test_navigation_fits_the_country(self):
        self.assertEqual(
            navigation_url(59.91, 10.75, "Karl Johans gate 1", "NO"),
            "geo:59.910000,10.750000?q=59.910000,10.750000(Karl%20Johans%20gate%201)",
        )
        self.assertIn("search?keyword=%E6%96%87", navigation_url(0, 0, "文三路", "CN"))
        self.assertEqual(navigation_url(0, 0, "", "CN"), "")

    def test_delivery_stores_name_photo_and_signature(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        self._do("arrive", self.stop)
        answer = self._do(
            "deliver",
            self.stop,
            values={
                "recipient_name": "Zhang Wei",
                "note": "Left side door",
                "photo": PNG,
                "signature": PNG,
            },
        )
        self.assertFalse(answer["result"]["error"])
        self.assertIn([self.stop.id, "delivered"], answer["result"]["stops"])
        self.assertEqual(self.stop.recipient_name, "Zhang Wei")
        self.assertEqual(self.stop.note, "Left side door")
        for name in ("photo", "signature"):
            picture = base64.b64decode(self.stop[name])
            self.assertTrue(picture.startswith(b"\x89PNG"), name)
        self.assertTrue(self.picking.oms_delivered_at)

    def test_the_same_key_twice_delivers_once(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        first = self._do(
            "deliver", self.stop, key="k1", values={"recipient_name": "Zhang Wei"}
        )
        again = self._do(
            "deliver", self.stop, key="k1", values={"recipient_name": "Somebody"}
        )
        self.assertFalse(first["result"]["error"])
        self.assertFalse(again["result"]["error"])
        self.assertEqual(self.stop.recipient_name, "Zhang Wei")
        events = self.picking.oms_tracking_event_ids
        self.assertEqual(events.mapped("code").count("delivered"), 1)

    def test_a_key_sent_again_after_the_state_moved_on_is_no_error(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start", key="start-key")
        self.trip.stop_ids[:1]._fail(
            self.env["oms.stop.failure.reason"].search(
                [("needs_note", "=", False)], limit=1
            )
        )
        self.trip.action_finish()
        answer = self._do("start", key="start-key")
        self.assertFalse(answer["result"]["error"])
        self.assertEqual(answer["result"]["trip_state"], "done")

    def test_delivery_before_the_start_is_refused_readably(self):
        self.authenticate("driver_li", "driver_li")
        answer = self._do("deliver", self.stop, values={"recipient_name": "Zhang"})
        self.assertEqual(answer["result"]["error"], "Start the trip first.")
        self.assertEqual(self.stop.state, "planned")

    def test_action_on_a_finished_trip_is_refused_readably(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        self.trip.action_finish()
        answer = self._do("arrive", self.stop)
        self.assertIn("closed already", answer["result"]["error"])
        self.assertEqual(answer["result"]["trip_state"], "done")

    def test_a_refused_action_can_be_sent_again_with_its_key(self):
        self.authenticate("driver_li", "driver_li")
        self._do("arrive", self.stop, key="early")
        self._do("start")
        answer = self._do("arrive", self.stop, key="early")
        self.assertFalse(answer["result"]["error"])
        self.assertEqual(self.stop.state, "arrived")

    def test_failure_needs_a_reason_and_its_note(self):
        Reason = self.env["oms.stop.failure.reason"]
        wordy = Reason.create({"name": "Else", "code": "test", "needs_note": True})
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        answer = self._do("fail", self.stop, key="f1")
        self.assertEqual(answer["result"]["error"], "Please choose a reason.")
        answer = self._do("fail", self.stop, key="f2", values={"reason": wordy.id})
        self.assertIn("note", answer["result"]["error"])
        answer = self._do(
            "fail",
            self.stop,
            key="f3",
            values={"reason": wordy.id, "note": "Dog in the yard"},
        )
        self.assertFalse(answer["result"]["error"])
        self.assertEqual(self.stop.state, "failed")
        self.assertEqual(self.stop.failure_reason_id, wordy)

    def test_a_script_is_no_photo(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
        answer = self._do(
            "deliver",
            self.stop,
            values={"recipient_name": "Zhang", "photo": svg},
        )
        self.assertIn("picture", answer["result"]["error"])
        self.assertEqual(self.stop.state, "planned")

    def test_odd_input_is_refused_readably_and_changes_nothing(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        jpeg = base64.b64encode(b"\xff\xd8\xff\xe0" + b"junk" * 20).decode()
        for number, photo in enumerate((jpeg, PNG[:60] + "%%%", [PNG], {"a": 1}, 7)):
            answer = self._do(
                "deliver", self.stop, key=f"odd{number}", values={"photo": photo}
            )
            self.assertTrue(answer.get("result", {}).get("error"), (photo, answer))
            self.assertEqual(self.stop.state, "planned")

    def test_a_picture_that_is_too_large_is_refused_readably(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        large = PNG + "A" * 8 * 1024 * 1024
        answer = self._do("deliver", self.stop, values={"photo": large})
        self.assertIn("5 MB", answer["result"]["error"])
        self.assertEqual(self.stop.state, "planned")

    def test_ids_that_are_none_are_not_found(self):
        self.authenticate("driver_li", "driver_li")
        for trip in ("x", None, [self.trip.id], {"a": 1}, 10**30):
            with mute_logger("odoo.http"):
                answer = self._do("start", key=f"{trip}"[:20], trip_id=trip)
            self.assertEqual(answer["error"]["code"], 404, trip)

    def test_signs_that_no_database_takes_are_dropped(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start")
        answer = self._do("deliver", self.stop, values={"recipient_name": "Li\0 Wei"})
        self.assertFalse(answer["result"]["error"])
        self.assertEqual(self.stop.recipient_name, "Li Wei")

    def test_queries_of_the_pages_hardly_grow_with_the_stops(self):
        self.authenticate("driver_li", "driver_li")

        def count(path):
            self.url_open(path)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.url_open(path)
            return self.cr.sql_log_count - before

        page, pages = f"/oms/driver/trip/{self.trip.id}", "/oms/driver"
        few, few_trips = count(page), count(pages)
        more = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "street": f"{number} Wulin Road",
                    "country_id": self.env.ref("base.cn").id,
                }
                for number in range(15)
            ]
        )
        trips = self._create_trip(self.driver, "浙A·10003", more)
        for number in range(4):
            self._create_trip(self.driver, f"浙A·2000{number}", more[number])
        self.assertLess(count(f"/oms/driver/trip/{trips.id}") - few, 15)
        self.assertLess(count(pages) - few_trips, 8)

    def test_time_of_an_action_done_without_network_is_kept(self):
        self.authenticate("driver_li", "driver_li")
        self._do("start", at="2020-01-01T00:00:00.000Z")
        self.assertGreater(self.trip.started_at.year, 2020)
        earlier = Datetime.subtract(Datetime.now().replace(microsecond=0), hours=1)
        self._do("arrive", self.stop, at=f"{earlier.isoformat()}.000Z")
        self.assertEqual(self.stop.arrived_at, earlier)

    def test_worker_script_may_serve_the_driver_pages(self):
        response = self.url_open("/oms/driver/worker.js")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Service-Worker-Allowed"], "/oms/driver")
        self.assertIn("javascript", response.headers["Content-Type"])

    def test_driver_lands_on_the_page_after_the_login(self):
        homes = {"driver_li": "/oms/driver", "dispatcher_he": "/odoo"}
        for login, expected in homes.items():
            self.authenticate(None, None)
            form = self.url_open("/web/login").text
            token = form.split('name="csrf_token" value="')[1].split('"')[0]
            response = self.url_open(
                "/web/login",
                data={"login": login, "password": login, "csrf_token": token},
                allow_redirects=False,
            )
            self.assertTrue(response.headers["Location"].endswith(expected), login)

    def test_what_is_to_do_stands_above_what_is_done(self):
        done = self._create_trip(self.driver, "浙A·10004", self.customers[1])
        done.planned_start = "2020-01-01 08:00:00"
        # whose evening is the driver's next day would not see it among today's
        done.date = Date.context_today(done.with_context(tz=self.driver.tz or "UTC"))
        done.with_user(self.driver)._start()
        done.with_user(self.driver)._finish()
        self.authenticate("driver_li", "driver_li")
        page = self.url_open("/oms/driver").text
        self.assertLess(
            page.index(f"trip/{self.trip.id}"), page.index(f"trip/{done.id}")
        )

    def test_the_list_sends_what_a_trips_page_has_left(self):
        entry = {"key": "left", "trip": self.trip.id, "action": "start", "values": {}}
        name = f"oms.driver.queue.{self.driver.id}"
        self.browser_js(
            "/oms/driver",
            f"""
            localStorage.setItem("{name}", '{json.dumps([entry])}');
            const {{ queue }} = window.omsListPage;
            queue.handlers.accepted = () => console.log("test successful");
            queue.handlers.changed();
            if (document.querySelector("#oms_waiting").hidden) {{
                console.error("the waiting action is not shown");
            }}
            queue.sendSoon(0);
            """,
            ready="Boolean(window.omsListPage)",
            login="driver_li",
        )
        self.assertEqual(self.trip.state, "started")

    def test_driver_page_in_the_browser(self):
        self.start_tour("/oms/driver", "oms_driver_page", login="driver_li")
        self.assertEqual(self.stop.state, "delivered")
        self.assertTrue(self.stop.signature)
        self.assertTrue(self.stop.photo)
        self.assertEqual(self.trip.stop_ids[1].state, "failed")
