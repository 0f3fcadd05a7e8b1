from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..document import Party
from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestTaxNumber(IntakeCase):
    """A mistyped tax number keeps no order out, and frees nobody from tax."""

    def setUp(self):
        super().setUp()

        def checks(_partners, _country, vat, partner_name="", validation="error"):
            """As base_vat does, which is not on every Odoo."""
            if vat != "DE111":
                return vat, "DE"
            if validation == "error":
                words = f"{vat} of {partner_name} is not valid"
                raise ValidationError(words)
            return "", "DE"

        self.startPatcher(
            patch.object(type(self.env["res.partner"]), "_run_vat_checks", checks)
        )

    def _customer(self, vat):
        party = Party(name="Vera", vat=vat, country_code="DE")
        values = self.env["oms.intake"]._prepare_partner(self.channel, party)
        return self.env["res.partner"].create(values)

    def test_a_wrong_number_is_noted_for_people_only(self):
        customer = self._customer("DE111")
        self.assertFalse(customer.vat)
        self.assertIn("DE111", customer.comment)

    def test_a_right_number_is_kept(self):
        customer = self._customer("DE123456788")
        self.assertEqual(customer.vat, "DE123456788")
        self.assertFalse(customer.comment)

    def test_no_number_is_no_remark(self):
        self.assertFalse(self._customer("").comment)
