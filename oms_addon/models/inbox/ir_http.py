import psycopg2

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate_explicit(cls, auth):
        """A database that is lost while it is asked who this is denies nobody.

        The host makes "access denied" of every error, and forgets what it was; a
        platform takes that as no. The error itself is told, or the request repeated.
        """
        try:
            return super()._authenticate_explicit(auth)
        except AccessDenied as denied:
            if isinstance(denied.__context__, psycopg2.Error):
                raise denied.__context__ from None
            raise

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if rule.rule.startswith("/oms/webhook/"):
            # A form-encoded body is consumed once its fields are read; signatures
            # cover the bytes, so they are kept first.
            request.httprequest.get_data(cache=True, parse_form_data=False)
        return result
