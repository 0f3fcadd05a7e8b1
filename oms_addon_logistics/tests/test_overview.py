from odoo.tests import tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestOverview(LogisticsCase):
    def test_trips_stops_and_kilometres_open_their_records(self):
        self._orders(6)
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        trip = plan.trip_ids[0]
        trip._start()
        trip.stop_ids[0]._deliver({"recipient_name": "Ann"})
        overview = self.env["oms.overview"].with_user(self.dispatcher)
        page = overview.with_company(self.company).get_figures("today")
        figures = {
            figure["key"]: figure
            for section in page["sections"]
            for figure in section["figures"]
        }
        self.assertEqual(figures["trips"]["value"], len(plan.trip_ids))
        self.assertEqual(figures["stops"]["value"], 6)
        self.assertIn("1", figures["stops"]["hint"])
        self.assertAlmostEqual(figures["km"]["value"], plan.km, 1)
        self.assertIn(str(round(plan.km_zip)), figures["km"]["hint"])
        for key in ("trips", "stops", "failed_stops", "late_trips"):
            action = figures[key]["action"]
            records = overview.env[action["res_model"]]
            count = records.search_count(action["domain"])
            self.assertEqual(count, figures[key]["value"], key)
        action = figures["km"]["action"]
        plans = overview.env[action["res_model"]].search(action["domain"])
        self.assertEqual(plans, plan)
