from odoo import models
from odoo.tools import plaintext2html

from ..people import in_language_of, pick_staff


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
            user = pick_staff(
                case.type_id.escalation_user_id, case.user_id, self.env.user
            )
            speaker = in_language_of(case, user)
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=speaker.env._(
                    "The customer is not satisfied with the solution"
                ),
                note=plaintext2html(feedback or ""),
                user_id=user.id,
            )
