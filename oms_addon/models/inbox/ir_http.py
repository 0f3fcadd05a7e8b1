from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if rule.rule.startswith("/oms/webhook/"):
            # A form-encoded body is consumed once its fields are read; signatures
            # cover the bytes, so they are kept first.
            request.httprequest.get_data(cache=True, parse_form_data=False)
        return result
