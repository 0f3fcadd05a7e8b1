from odoo.tests import HttpCase, tagged

from odoo.addons.oms_addon.tests.common_routes import NO_IDS, NO_KEYS, RoutesCase

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRoutes(RoutesCase, AftersalesCommon, HttpCase):
    """Pages for customers show nothing of others and never fail."""

    addon = "oms_addon_aftersales"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": "Ann Secretive", "street": "9 Hidden Lane"})
        cls.order = cls._create_order((cls.shirt, 3, {}), (cls.lamp, 1, {}))
        cls.rma = cls._ask(cls.order, {cls.lamp: 1}, note="It hums at night")
        cls.case = cls.env["oms.case"].create(
            {
                "subject": "Nobody answers",
                "order_id": cls.order.id,
                "company_id": cls.company.id,
            }
        )

    def others(self):
        return {
            "order_id": self.order.id,
            "return_id": self.rma.id,
            "case_id": self.case.id,
            "page": 1,
        }

    def secrets(self):
        return [
            self.order.name,
            self.rma.name,
            self.case.name,
            *("Ann Secretive", "9 Hidden Lane", "It hums at night", "Nobody answers"),
            *(record._portal_ensure_token() for record in self.own_records()),
        ]

    def own_records(self):
        return (self.order, self.rma, self.case)

    def facts(self):
        return (
            self.rma.state,
            self.case.state,
            len(self.order.oms_return_ids),
            len(self.order.oms_case_ids),
            len(self.rma.message_ids | self.case.message_ids),
        )

    def visitors(self):
        other = self.env["res.company"].create({"name": "Somebody Else"})
        boss = "oms_addon.group_oms_manager,oms_addon_aftersales.group_oms_service"
        company = {"company_id": other.id, "company_ids": [(6, 0, other.ids)]}
        return {
            "nobody": None,
            "customer": self.eve(),
            "employee": self.new_visitor("routes_employee", "base.group_user"),
            "other company": self.new_visitor("routes_boss", boss, **company),
        }

    def eve(self):
        """A customer with an order, a return and a case of her own."""
        eve = self.new_visitor("routes_eve", "base.group_portal")
        order = self._create_order((self.shirt, 1, {}), partner_id=eve.partner_id.id)
        self.own_order, self.own_return = order, self._ask(order)
        return eve

    def keys_of_others(self):
        return [self.own_order._portal_ensure_token()]

    def test_nobody_is_shown_or_changes_what_is_anothers(self):
        self.assertGreater(self.check_routes(), 100)

    def test_nonsense_about_the_own_order_is_answered_in_words(self):
        eve = self.eve()
        self.own_return.action_cancel()
        line = self.own_order.order_line
        self.as_visitor(eve)
        texts = (*NO_KEYS, *map(str, NO_IDS), "nan", "-1", "1e400", "[]", "{}")
        for page in ("return", "case"):
            for text in texts:
                values = dict.fromkeys(
                    ("kind", "note", "reason_id", "type_id", "product_id"), text
                )
                values |= dict.fromkeys(("subject", "description"), text)
                values |= {f"quantity_{line.id}": text, "portal_key": text}
                with self.subTest(page=page, text=text):
                    answer = self.post(f"/my/orders/{self.own_order.id}/{page}", values)
                    self.assertLess(answer.status_code, 400)
