from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_routes import NO_IDS, NO_KEYS, RoutesCase

from .page_common import PageCase

DO = "/oms/driver/do"


@tagged("post_install", "-at_install")
class TestRoutes(RoutesCase, PageCase):
    """Pages of drivers and of tracking show nothing of others and never fail."""

    addon = "oms_addon_logistics"

    def others(self):
        # of a parcel that isn't the visitor's: the key itself is the right to it
        return {"trip_id": self.trip.id, "token": "a" * 32}

    def secrets(self):
        return [
            self.trip.name,
            "浙A·10001",
            *self.customers.mapped("name"),
            *self.customers.mapped("street"),
            *self.trip.stop_ids.picking_ids.mapped("oms_tracking_token"),
        ]

    def facts(self):
        return (
            self.trip.state,
            self.trip.stop_ids.mapped("state"),
            self.env["oms.driver.action"].search_count([]),
            self.env["oms.tracking.event"].search_count([]),
        )

    def visitors(self):
        company = self.env["res.company"].create({"name": "Somebody Else"})
        own = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        driver = "base.group_portal,oms_addon_logistics.group_oms_driver"
        return {
            "nobody": None,
            "customer": self.new_visitor("routes_eve", "base.group_portal"),
            "driver": self.new_visitor("routes_driver", driver),
            "employee": self.new_visitor("routes_employee", "base.group_user"),
            "warehouse": self.new_visitor("routes_stock", "stock.group_stock_user"),
            "other company": self.new_visitor(
                "routes_boss", "oms_addon_logistics.group_oms_dispatcher", **own
            ),
        }

    def bodies(self):
        act = {"key": "k", "trip": self.trip.id, "stop": self.stop.id}
        actions = ("start", "finish", "arrive", "deliver", "fail", "none", 5, [])
        return {
            DO: [
                *({**act, "action": action} for action in actions),
                *({**act, "action": "start", "trip": number} for number in NO_IDS),
                *({**act, "action": "start", "trip": key} for key in NO_KEYS),
                {**act, "action": "arrive", "trip": None, "stop": None},
                {**act, "action": "arrive", "values": "text", "at": 7},
            ]
        }

    def test_nobody_is_shown_or_changes_what_is_anothers(self):
        self.assertGreater(self.check_routes(), 50)

    def test_nonsense_about_the_own_trip_is_answered_in_words(self):
        driver = self.new_visitor(
            "routes_own", "base.group_portal,oms_addon_logistics.group_oms_driver"
        )
        self.trip.user_id = driver
        self.as_visitor(driver)
        nonsense = (*NO_KEYS, *NO_IDS, None, [], {}, True, 1e300)
        for text in nonsense:
            values = dict.fromkeys(
                (
                    *("recipient_name", "note", "photo", "signature"),
                    *("reason", "latitude", "longitude"),
                ),
                text,
            )
            act = {"trip": self.trip.id, "stop": self.stop.id, "values": values}
            for body in (
                {"key": f"a{text}", "action": "fail", **act, "at": text},
                {"key": text, "action": "start", **act},
                {"key": f"b{text}", "action": text, **act},
                {"key": f"c{text}", "action": "arrive", **act, "stop": text},
            ):
                with self.subTest(body=str(body)[:200]):
                    answer = self.url_open(DO, json={"params": body})
                    self.check_answer(answer, ["\0never"])
