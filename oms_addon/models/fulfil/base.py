from odoo import models

from ..context import CreateBatch
from .confirm_batch import ConfirmBatch


class Base(models.AbstractModel):
    _inherit = "base"

    # === BUSINESS METHODS === #

    def _check_company(self, fnames=None):
        """Check the companies of a batch together; explain only what disagrees."""
        if len(self) > 1 and (ConfirmBatch.of(self.env) or CreateBatch.of(self.env)):
            if self._oms_companies_agree(fnames):
                return None
        return super()._check_company(fnames=fnames)

    def _oms_companies_agree(self, fnames=None):
        """Return whether the host's company check of these records would pass."""
        if "company_id" not in self._fields:
            return False
        if fnames is None or {"company_id", "company_ids"} & set(fnames):
            fnames = self._fields
        checked = [
            field
            for field in map(self._fields.get, fnames)
            if field.relational and field.check_company
        ]
        for company, records in self.grouped("company_id").items():
            for field in checked:
                # sudo: as in the host, whoever may not read a record may link it
                values = records.sudo()[field.name]
                owner = self.env.company if field.company_dependent else company
                domain = values._check_company_domain(owner)
                every = values.with_context(active_test=False)
                if values and domain and values != every.filtered_domain(domain):
                    return False
        return True
