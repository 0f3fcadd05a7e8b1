from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

KEPT_DAYS = 90


class OmsDriverAction(models.Model):
    """What a phone sent, by its key: sent twice, done once."""

    _name = "oms.driver.action"
    _description = "Driver Action"
    _order = "id desc"
    _rec_name = "action"
    _check_company_auto = True

    key = fields.Char(required=True, readonly=True)
    action = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    trip_id = fields.Many2one(
        comodel_name="oms.trip",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    stop_id = fields.Many2one(
        comodel_name="oms.trip.stop",
        readonly=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="trip_id.company_id", store=True)

    _key_unique = models.UniqueIndex(
        "(user_id, key)", "This action is recorded already."
    )

    # === CRUD METHODS === #

    @api.autovacuum
    def _gc_driver_actions(self):
        """Forget keys that no phone sends any more."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=10_000).unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, key, action, trip, stop):
        """Record an action before it is done.

        The trip is locked, so that the same key sent twice at once waits its turn.

        :param str key: random text that the phone chose for this action
        :param str action: what is to be done
        :param oms.trip trip: which the user may work on
        :param oms.trip.stop stop: stop of the trip, or none
        :return: False when the key was done before
        :rtype: bool
        :raise LockError: somebody works on the trip at this moment
        :raise UserError: without a key
        """
        is_key = isinstance(key, str) and 0 < len(key) <= 64 and key.isprintable()
        if not is_key:
            raise UserError(self.env._("This page is out of date. Please reload it."))
        Action = self.sudo()  # drivers keep no records; the caller checked the trip
        trip.sudo().lock_for_update(allow_referencing=True)  # no write access needed
        if Action.search_count(
            [("user_id", "=", self.env.uid), ("key", "=", key)], limit=1
        ):
            return False
        Action.create(
            {
                "key": key,
                "action": action,
                "user_id": self.env.uid,
                "trip_id": trip.id,
                "stop_id": stop.id,
            }
        )
        return True
