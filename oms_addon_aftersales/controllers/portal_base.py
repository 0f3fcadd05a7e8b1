import secrets
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .uploads import find_pictures

COUNTERS = {"oms_return_count": "oms.return", "oms_case_count": "oms.case"}

# More requests for one order in a day are no customer's need.
MAX_PER_DAY = 10

MAX_KEY = 64


class AftersalesPortal(CustomerPortal):
    """What the pages of returns and cases share."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for name, model in COUNTERS.items():
            if name in counters:
                records = request.env[model]
                values[name] = (
                    records.search_count(self._get_own_domain())
                    if records.has_access("read")
                    else 0
                )
        return values

    def _get_own_domain(self):
        commercial = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", commercial.id)]

    # === LIST AND PAGE === #

    def _render_own_list(self, model, page, url, template, name):
        """Answer with the page of the customer's own records of ``model``.

        :param str name: what the template calls the records.
        """
        records = request.env[model]
        domain = self._get_own_domain()
        pager = portal_pager(
            url=url,
            total=records.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        records = records.search(
            domain, limit=self._items_per_page, offset=pager["offset"], order="id desc"
        )
        request.session[self._get_history_key(model)] = records.ids[:100]
        values = {
            **self._prepare_portal_layout_values(),
            # Only the customer's own records, found with the customer's rights.
            name: records.sudo(),
            "page_name": model.replace(".", "_"),
            "pager": pager,
            "default_url": url,
        }
        return request.render(template, values)

    def _render_record(self, model, record_id, access_token, template):
        """Answer with the page of one record, or go home when it is not theirs."""
        record_sudo = self._find_record(model, record_id, access_token)
        if not record_sudo:
            return request.redirect("/my")
        name = model.replace(".", "_")
        values = self._get_page_view_values(
            record_sudo,
            access_token,
            {
                name: record_sudo,
                "page_name": name,
                "pictures": find_pictures(record_sudo),
            },
            self._get_history_key(model),
            False,
        )
        return request.render(template, values)

    def _find_record(self, model, record_id, access_token):
        """Return a record that the visitor may see, with all rights; else None."""
        if not (access_token or "").isascii():
            access_token = None  # none of ours; the host can't compare it
        try:
            return self._document_check_access(model, record_id, access_token)
        except (AccessError, MissingError):
            return None

    @staticmethod
    def _get_history_key(model):
        return f"my_{model.replace('.', '_')}s_history"

    # === REQUEST === #

    def _answer_request(self, order_id, access_token, post, model, template):
        """Show the form for a request about an order, or take what was posted.

        What is refused is shown with the reason and with what was entered.

        :param dict post: posted values.
        :param str model: of the record that is made, with a `portal_key`; methods
            of this controller make it and prepare its form.
        """
        order_sudo = self._find_record("sale.order", order_id, access_token)
        if not order_sudo:
            return request.redirect("/my")
        # PostgreSQL knows no such character; files are read elsewhere.
        post = {
            name: value.replace("\0", "") if isinstance(value, str) else value
            for name, value in post.items()
        }
        # What is made belongs to the order's company, wherever the visitor is.
        order_sudo = order_sudo.with_company(order_sudo.company_id)
        name = model.replace(".", "_")
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    record_sudo = self._take_request(order_sudo, post, model)
                return request.redirect(record_sudo.get_portal_url())
            except UserError as problem:
                error = str(problem)
        values = {
            **self._prepare_portal_layout_values(),
            **getattr(self, f"_prepare_{name}_form")(order_sudo),
            "sale_order": order_sudo,
            "page_name": f"{name}_request",
            "access_token": access_token,
            # names this form: what is posted twice is made once
            "portal_key": post.get("portal_key") or secrets.token_urlsafe(),
            "error": error,
            "post": post,
        }
        return request.render(template, values)

    def _take_request(self, order_sudo, post, model):
        """Make the record that was asked for, once per form that was shown.

        :raise UserError: telling the customer what to correct.
        """
        records = order_sudo.env[model]
        # A second click waits here, is played again, and then finds the first.
        order_sudo.order_line._oms_lock_for_return()
        key = (post.get("portal_key") or "")[:MAX_KEY]
        same = [("order_id", "=", order_sudo.id), ("portal_key", "=", key)]
        if key and (known := records.search(same, limit=1)):
            return known
        since = fields.Datetime.now() - timedelta(days=1)
        recent = [("order_id", "=", order_sudo.id), ("create_date", ">", since)]
        if records.search_count(recent, limit=MAX_PER_DAY) >= MAX_PER_DAY:
            raise UserError(
                request.env._(
                    "There are many requests for this order already. Please reply "
                    "to one of them instead."
                )
            )
        vals = {"order_id": order_sudo.id, "portal_key": key or False}
        return getattr(self, f"_create_{model.replace('.', '_')}")(
            order_sudo, post, vals
        )
