from odoo import models


class OmsCase(models.Model):
    _inherit = "oms.case"

    def _get_csat_template(self):
        return (
            self.env.ref(
                "oms_addon_aftersales.oms_case_mail_csat", raise_if_not_found=False
            )
            or super()._get_csat_template()
        )

    def _on_low_csat(self, feedback):
        self._oms_ask_role(
            "service",
            "case_low_csat",
            lambda env: env._("The customer is not satisfied with the solution"),
            note=feedback or "",
        )
