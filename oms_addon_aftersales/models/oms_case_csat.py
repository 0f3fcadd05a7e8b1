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
        for case in self:
            user = case.type_id.escalation_user_id or case.user_id or self.env.user
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The customer is not satisfied with the solution"),
                note=feedback,
                user_id=user.id,
            )
