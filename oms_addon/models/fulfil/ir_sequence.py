from odoo import api, fields, models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    # === BUSINESS METHODS === #

    def _oms_next_names(self, count, sequence_date=None):
        """Draw several numbers at once, as `count` calls of `next_by_id` would.

        :param int count: how many
        :param sequence_date: date or datetime that decides prefix and date range
        :return: the formatted numbers, in order
        :rtype: list of str
        """
        self.ensure_one()
        if self.implementation != "standard" or count < 2:
            return [self.next_by_id(sequence_date=sequence_date) for _n in range(count)]
        self.browse().check_access("read")
        when = sequence_date or self.env.context.get(
            "ir_sequence_date", fields.Date.today()
        )
        current = self._get_current_sequence(when)
        if current == self:
            table, ranged = f"ir_sequence_{self.id:03d}", self
        else:
            table = f"ir_sequence_{self.id:03d}_{current.id:03d}"
            ranged = self.with_context(ir_sequence_date_range=current.date_from)
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", [table, count]
        )
        numbers = self.env.cr.fetchall()
        prefix, suffix = ranged._get_prefix_suffix()
        return [f"{prefix}{number:0{self.padding}d}{suffix}" for (number,) in numbers]

    @api.model
    def _oms_next_names_by_code(self, code, dates):
        """Draw several numbers of the sequence that `next_by_code` would choose.

        :param str code: of the sequence
        :param list dates: for each number the date that decides the range, or False
        :return: list of str, empty when there is no such sequence
        """
        self.browse().check_access("read")
        sequence = self.search(
            [("code", "=", code), ("company_id", "in", [self.env.company.id, False])],
            order="company_id",
            limit=1,
        )
        if not sequence:
            return []
        if not sequence.use_date_range:
            return sequence._oms_next_names(len(dates))
        names = {
            date: iter(sequence._oms_next_names(dates.count(date), date or None))
            for date in dict.fromkeys(dates)
        }
        return [next(names[date]) for date in dates]
