from odoo import models
from odoo.exceptions import AccessError


class OmsSharedMixin(models.AbstractModel):
    """Rows without a company are used by all companies.

    Who works for some of them leaves such rows alone: what one company chooses must
    not change what the customers, drivers and staff of another one see.
    """

    _name = "oms.shared.mixin"
    _description = "Shared by All Companies"

    # Each company has these for itself.
    _fields_per_company = frozenset()
    # A further row is a choice that the others need not take.
    _may_be_added = False

    # === CRUD METHODS === #

    def write(self, vals):
        """:raise AccessError: see `_check_access`"""
        some = self._fields_per_company
        if some and vals.keys() - some:
            self._check_works_for_all()
        result = super().write(vals)
        if "company_id" in vals:  # a row may have become everybody's
            self.check_access("write")
        return result

    # === ACCESS === #

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or not self._is_for_all_only(operation):
            return result
        shared = self.sudo().filtered(lambda row: row.id and row._is_shared())
        if not shared or self._works_for_all():
            return None
        return self.browse(shared.ids), self._make_shared_error

    def _is_for_all_only(self, operation):
        """Whether it takes somebody of all companies to do this to a shared row."""
        return {
            "read": False,
            "create": not self._may_be_added,
            "write": not self._fields_per_company,
        }.get(operation, True)

    def _is_shared(self):
        self.ensure_one()
        return "company_id" not in self._fields or not self.company_id

    def _works_for_all(self):
        """Whether the user works for every company, or administers them."""
        if self.env.user.has_group("base.group_system"):
            return True
        # sudo: only whether there are other companies
        others = [("id", "not in", self.env.user.company_ids.ids)]
        return not self.env["res.company"].sudo().search_count(others, limit=1)

    def _check_works_for_all(self):
        """
        :raise AccessError: for who works for some of the companies only
        """
        if not self.env.su and not self._works_for_all():
            raise self._make_shared_error()

    def _make_shared_error(self):
        return AccessError(
            self.env._(
                "This would change something for other companies, too: please ask an "
                "administrator."
            )
        )
