import base64

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AftersalesCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPortal(AftersalesCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        portal = {"groups": "base.group_portal", "lang": "en_US"}
        cls.ann = new_test_user(
            cls.env, login="ann_portal", password="ann_portal", **portal
        )
        cls.eve = new_test_user(
            cls.env, login="eve_portal", password="eve_portal", **portal
        )
        cls.customer = cls.ann.partner_id
        cls.customer.email = "ann@example.com"
        cls.order = cls._create_order((cls.shirt, 3, {}), (cls.lamp, 1, {}))

    def _post(self, path, data, **options):
        data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(path, data=data, **options)

    def _request(self, data, order=None, **options):
        order = order or self.order
        return self._post(f"/my/orders/{order.id}/return", data, **options)

    def _get_values(self, **vals):
        line = self.order.order_line[0]
        return {
            f"quantity_{line.id}": "2",
            "reason_id": str(self.reason.id),
            "kind": "refund",
            **vals,
        }

    def test_customer_asks_for_a_return_with_a_picture(self):
        self.authenticate("ann_portal", "ann_portal")
        page = self.url_open(f"/my/orders/{self.order.id}/return")
        self.assertIn("Which goods?", page.text)
        answer = self._request(
            self._get_values(note="Too small"),
            files={"pictures": ("shirt.png", PIXEL, "image/png")},
        )
        rma = self.order.oms_return_ids
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.line_ids.quantity, 2)
        self.assertEqual(rma.note, "Too small")
        self.assertEqual(rma.photo_count, 1)
        self.assertIn(f"/my/returns/{rma.id}", answer.url)
        self.assertIn(rma.name, answer.text)
        self.assertIn(rma.name, self.url_open("/my/returns").text)

    def test_other_customers_order_and_return_are_not_shown(self):
        rma = self._ask(self.order)
        self.authenticate("eve_portal", "eve_portal")
        for path in (
            f"/my/orders/{self.order.id}/return",
            f"/my/orders/{self.order.id}/case",
            f"/my/returns/{rma.id}",
            f"/my/returns/{rma.id}?access_token=wrong",
        ):
            answer = self.url_open(path)
            self.assertTrue(answer.url.endswith(("/my", "/my/home")), path)
        self._request(self._get_values())
        self.assertEqual(self.order.oms_return_ids, rma)
        self._post(f"/my/returns/{rma.id}/cancel", {})
        self.assertEqual(rma.state, "draft")
        self.assertNotIn(rma.name, self.url_open("/my/returns").text)

    def test_link_with_token_works_without_login(self):
        path = self.order.get_portal_url(suffix="/return")
        self.assertIn("Which goods?", self.url_open(path).text)
        self.assertEqual(
            self.url_open("/my/returns/999999").url.split("?")[0].rstrip("/"),
            f"{self.base_url()}/web/login",
        )

    def test_fields_that_are_not_offered_are_ignored(self):
        other = self._create_order(self.shirt)
        self.authenticate("ann_portal", "ann_portal")
        self._request(
            self._get_values(
                **{
                    f"quantity_{other.order_line.id}": "1",
                    "state": "done",
                    "fee_percent": "-100",
                    "order_id": str(other.id),
                    "partner_id": str(self.eve.partner_id.id),
                    "is_goods_kept": "1",
                    "kind": "gift",
                }
            )
        )
        rma = self.order.oms_return_ids
        self.assertEqual(rma.state, "approved")
        self.assertEqual(rma.partner_id, self.customer)
        self.assertEqual(rma.kind, "refund")
        self.assertEqual(rma.line_ids.sale_line_id.order_id, self.order)
        self.assertFalse(rma.fee_percent or rma.is_goods_kept)
        self.assertFalse(other.oms_return_ids)

    def test_wrong_input_is_explained_and_kept(self):
        self.authenticate("ann_portal", "ann_portal")
        line = self.order.order_line[0]
        for values, text in (
            ({f"quantity_{line.id}": "0"}, "at least one product"),
            ({f"quantity_{line.id}": "inf"}, "at least one product"),
            ({f"quantity_{line.id}": "x"}, "at least one product"),
            ({"reason_id": "999999"}, "Choose why"),
            ({f"quantity_{line.id}": "4"}, "only 3.0 can be returned"),
        ):
            page = self._request(self._get_values(note="My note", **values))
            self.assertIn(text, page.text)
            self.assertIn("My note", page.text)
            self.assertFalse(self.order.oms_return_ids)

    def test_file_that_is_no_picture_is_refused(self):
        self.authenticate("ann_portal", "ann_portal")
        page = self._request(
            self._get_values(),
            files={"pictures": ("x.png", b"<svg onload='alert(1)'/>", "image/png")},
        )
        self.assertIn("is not a picture", page.text)
        self.assertFalse(self.order.oms_return_ids)

    def test_customer_cancels_before_sending(self):
        rma = self._ask(self.order)
        rma.action_submit()
        self.authenticate("ann_portal", "ann_portal")
        self._post(f"/my/returns/{rma.id}/cancel", {})
        self.assertEqual(rma.state, "cancelled")

    def test_customer_reports_a_problem(self):
        self.authenticate("ann_portal", "ann_portal")
        case_type = self.env.ref("oms_addon_aftersales.oms_case_type_product")
        answer = self._post(
            f"/my/orders/{self.order.id}/case",
            {
                "type_id": str(case_type.id),
                "subject": "Lamp flickers",
                "description": "Since Monday",
                "product_id": str(self.lamp.id),
                "priority": "3",
                "user_id": "1",
            },
        )
        case = self.order.oms_case_ids
        self.assertEqual(case.product_id, self.lamp)
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.priority, "1")
        self.assertIn("Lamp flickers", answer.text)
        self.assertIn("Lamp flickers", self.url_open("/my/cases").text)

    def test_tour_of_a_return(self):
        self.start_tour(
            f"/my/orders/{self.order.id}", "oms_portal_return", login="ann_portal"
        )
        rma = self.order.oms_return_ids
        self.assertEqual(rma.line_ids.quantity, 1)
        self.assertEqual(rma.kind, "exchange")
