import base64

from odoo.tests import new_test_user, tagged

from ..adapters.base import InboundRequest
from .common_intake import IntakeCase

HEAD = (
    "order,sku,qty,price,name,email,"
    "ship to name,ship to address,ship to city,ship to zip\n"
)


@tagged("post_install", "-at_install")
class TestCorrections(IntakeCase):
    """What a channel says again, corrected, changes what it changed and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = cls.env["oms.channel"].create(
            {"name": "Files", "kind": "csv", "on_account": True}
        )

    def row(self, sku="TEA-01", qty=2, order="F-1", name="Ada", street="Weg 1"):
        mail = f"{name.lower()}@example.com"
        return f"{order},{sku},{qty},60,{name},{mail},{name},{street},Berlin,10115\n"

    def upload(self, *rows):
        """A clerk uploads a file; the messages that come of it."""
        wizard = self.env["oms.channel.upload"].with_user(self.clerk)
        file = base64.b64encode((HEAD + "".join(rows)).encode())
        values = {"channel_id": self.files.id, "file": file, "filename": "a.csv"}
        action = wizard.create(values).action_upload()
        return self.env["oms.inbox.message"].search(action["domain"], order="id")

    def post(self, *rows):
        """Another system posts a file."""
        request = InboundRequest(body=(HEAD + "".join(rows)).encode())
        messages = self.env["oms.inbox.message"]._receive(self.files, [request])
        messages.filtered(lambda m: m.state == "new")._process()
        return messages

    def file_order(self, number="F-1"):
        return self.env["sale.order"].search(
            [
                ("oms_channel_id", "=", self.files.id),
                ("oms_external_id", "=", number),
            ]
        )

    def pieces(self, number="F-1"):
        return {
            line.product_id.default_code: line.product_uom_qty
            for line in self.file_order(number).order_line
        }

    # ---- files: they tell no time of their own ------------------------------

    def test_a_corrected_file_corrects_an_order_that_is_still_a_quotation(self):
        self.upload(self.row(qty=2), self.row("CUP-01", 1))
        message = self.upload(self.row(qty=3), self.row("CUP-01", 1, street="Weg 9"))
        self.assertEqual(message.outcome, "updated")
        self.assertEqual(self.pieces(), {"TEA-01": 3, "CUP-01": 1})

    def test_a_correction_may_put_the_order_date_right(self):
        for date, qty in (("2026-12-25", 2), ("2026-11-25", 3)):
            file = HEAD.replace("\n", ",order date\n") + self.row(qty=qty).replace(
                "\n", f",{date}\n"
            )
            request = InboundRequest(body=file.encode())
            self.env["oms.inbox.message"]._receive(self.files, [request])._process()
        self.assertEqual(self.pieces(), {"TEA-01": 3})

    def test_what_a_correction_changed_can_be_read_on_the_order(self):
        self.upload(self.row(qty=2))
        self.upload(self.row(qty=3))
        notes = " ".join(self.file_order().message_ids.mapped("body"))
        self.assertIn("2 × TEA-01", notes)
        self.assertIn("3 × TEA-01", notes)

    def test_an_address_that_is_corrected_in_the_file_is_corrected_here(self):
        self.upload(self.row(street="Weg 1"))
        self.upload(self.row(street="Weg 7"))
        self.assertEqual(self.file_order().partner_shipping_id.street, "Weg 7")

    def test_a_correction_that_comes_after_confirmation_reaches_a_person(self):
        self.upload(self.row(qty=2))
        order = self.file_order()
        order.action_confirm()
        self.upload(self.row(qty=3))
        self.assertEqual(self.pieces(), {"TEA-01": 2})
        self.assertTrue(order.activity_ids)
        self.assertTrue(order.oms_is_held)

    def test_a_file_that_is_uploaded_again_takes_a_correction_back(self):
        first = self.upload(self.row(qty=2))
        self.upload(self.row(qty=3))
        third = self.upload(self.row(qty=2))
        self.assertNotEqual(first, third)
        self.assertEqual(self.pieces(), {"TEA-01": 2})
        self.assertEqual(self.upload(self.row(qty=2)), first, "it says nothing new")
        self.upload(self.row(qty=3))
        self.assertEqual(self.pieces(), {"TEA-01": 3})

    def test_a_file_of_several_orders_takes_a_correction_of_one_back(self):
        other = self.row(order="F-2", qty=5)
        self.upload(self.row(qty=2), other)
        self.upload(self.row(qty=3), other)
        self.upload(self.row(qty=2), other)
        self.assertEqual(self.pieces(), {"TEA-01": 2})
        self.assertEqual(self.file_order("F-2").order_line.product_uom_qty, 5)
        self.assertEqual(len(self.file_order("F-2").oms_message_ids), 1)

    def test_a_new_file_takes_a_correction_of_an_older_one_back(self):
        self.post(self.row(qty=2), self.row(order="F-2"))
        self.post(self.row(qty=3), self.row(order="F-2"))
        self.post(self.row(qty=2), self.row(order="F-3"))
        self.assertEqual(self.pieces(), {"TEA-01": 2})

    def test_a_sender_who_repeats_an_older_file_changes_nothing(self):
        self.post(self.row(qty=2))
        self.post(self.row(qty=3))
        message = self.post(self.row(qty=2))
        self.assertEqual(message.delivery_count, 2)
        self.assertEqual(self.pieces(), {"TEA-01": 3})

    def test_an_older_file_that_is_mended_late_does_not_undo_a_newer_one(self):
        broken = self.upload(self.row(qty="two"))
        self.assertEqual(broken.state, "error")
        self.upload(self.row(qty=3))
        broken.body_text = HEAD + self.row(qty=2)
        broken.action_process()
        self.assertEqual(broken.outcome, "outdated")
        self.assertEqual(self.pieces(), {"TEA-01": 3})

    def test_a_version_that_came_too_late_is_taken_when_it_is_uploaded_again(self):
        older, newer = (
            self.env["oms.inbox.message"]._receive(
                self.files,
                [InboundRequest(body=(HEAD + row).encode(), filename="a.csv")],
            )
            for row in (self.row(qty=2), self.row(qty=3))
        )
        newer._process()
        older._process()
        self.assertEqual(older.outcome, "outdated")
        self.upload(self.row(qty=2))
        self.assertEqual(self.pieces(), {"TEA-01": 2})

    def test_taking_back_a_large_file_asks_no_question_for_each_order(self):
        costs = []
        for count in (2, 12):
            orders = [f"Z-{count}-{number}" for number in range(count)]
            self.upload(*(self.row(order=order, qty=2) for order in orders))
            first = self.env["oms.inbox.message"].search(
                [], limit=count, order="id desc"
            )
            self.upload(*(self.row(order=order, qty=3) for order in orders))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            names = first._take_back({m.digest: m for m in first})
            costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(names), count)
        self.assertEqual(costs[0], costs[1])

    def test_a_number_that_another_customer_has_waits_for_a_person(self):
        self.upload(self.row(name="Ada"))
        message = self.upload(self.row(name="Bob", qty=9))
        self.assertEqual(message.state, "error")
        self.assertIn("Ada", message.error_message)
        self.assertEqual(self.pieces(), {"TEA-01": 2})
        message.body_text = HEAD + self.row(name="Bob", qty=9, order="F-9")
        message.action_process()
        self.assertEqual(self.pieces("F-9"), {"TEA-01": 9})

    def test_a_file_that_repeats_an_order_unchanged_keeps_a_clerks_change(self):
        self.upload(self.row(qty=2))
        self.file_order().order_line.product_uom_qty = 1
        message = self.upload(self.row(qty=2), self.row(order="F-2"))
        self.assertEqual(self.pieces(), {"TEA-01": 1})
        changed = self.upload(self.row(qty=2, street="Weg 8"))
        self.assertEqual(changed.outcome, "updated")
        self.assertEqual(self.pieces(), {"TEA-01": 1})
        self.assertTrue(message)

    # ---- channels that tell the time of a change ----------------------------

    def test_an_address_that_a_clerk_corrected_is_not_undone_by_the_next_update(self):
        address = dict(self.document()["customer"], name="Ada", street="")
        self.receive(self.document(shipping=address))
        order = self.order()
        order.partner_shipping_id.street = "Hauptstr. 17"
        self.receive(
            self.document(shipping=address, revision="20261124", note="Thanks!")
        )
        self.assertEqual(order.partner_shipping_id.street, "Hauptstr. 17")
        self.assertEqual(order.oms_buyer_note, "Thanks!")

    def test_lines_that_a_clerk_changed_stay_until_the_channel_changes_its_own(self):
        self.receive(self.document())
        order = self.order()
        order.order_line.product_uom_qty = 5
        self.receive(self.document(revision="20261124", status="part_shipped"))
        self.assertEqual(order.order_line.product_uom_qty, 5)
        line = dict(self.document()["lines"][0], quantity=3)
        self.receive(self.document(revision="20261125", lines=[line]))
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_a_late_change_is_reported_once_not_with_every_update(self):
        self.receive(self.document())
        order = self.order()
        order._oms_fulfil()
        line = dict(self.document()["lines"][0], quantity=3)
        for day in (24, 25, 26):
            self.receive(self.document(revision=f"202611{day}", lines=[line]))
        self.assertEqual(len(order.activity_ids), 1)

    def test_revisions_that_come_in_one_batch_in_the_wrong_order(self):
        line = dict(self.document()["lines"][0], quantity=3)
        newer = self.document(revision="20261124", lines=[line])
        self.receive(newer, self.document())
        order = self.order()
        order.order_line.product_uom_qty = 4
        self.receive(self.document(revision="20261125", lines=[line], note="x"))
        self.assertEqual(order.order_line.product_uom_qty, 4)

    def test_two_versions_of_the_same_second_are_shown_to_a_person(self):
        self.receive(self.document())
        line = dict(self.document()["lines"][0], quantity=3)
        for _time in range(2):
            self.receive(self.document(lines=[line]))
        order = self.order()
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(len(order.activity_ids), 1)

    def test_an_order_of_the_api_without_revision_is_corrected_by_a_later_one(self):
        self.receive(self.document(revision=""))
        line = dict(self.document()["lines"][0], quantity=3)
        self.receive(self.document(revision="", lines=[line]))
        self.assertEqual(self.order().order_line.product_uom_qty, 3)

    def test_a_salesman_chooses_the_product_of_an_unknown_line(self):
        line = dict(self.document()["lines"][0], sku="X-9", unit_price="50.00")
        self.receive(self.document(lines=[line], total="100.00"))
        order = self.order()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        order.with_user(seller).order_line.product_id = self.cup
        self.assertEqual(order.order_line.price_unit, 50)
