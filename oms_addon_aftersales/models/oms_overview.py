from odoo import models
from odoo.fields import Domain

# An average from here on is good.
_GOOD_CSAT = 3.5
# Credited to the customer, or paid back already by the channel.
_REFUNDED = Domain("kind", "=", "refund") & Domain("amount_credited", ">", 0)


class OmsOverview(models.AbstractModel):
    _inherit = "oms.overview"

    def _get_sections(self, scope):
        """Add returns, cases and satisfaction."""
        sections = super()._get_sections(scope)
        sections["now"]["figures"] += self._get_open_service_figures(scope)
        sections["aftersales"] = {
            "title": self.env._("After-sales"),
            "figures": [
                *self._get_return_figures(scope),
                *self._get_case_figures(scope),
                self._get_satisfaction_figure(scope),
            ],
        }
        return sections

    def _get_open_service_figures(self, scope):
        """Customers who wait for an answer."""
        of_channel = self._channel_domain(scope, every=True)
        to_decide = of_channel & Domain("state", "in", ("draft", "review"))
        late = (
            of_channel
            & Domain("sla_state", "=", "breached")
            & Domain("state", "in", ("new", "working", "waiting"))
        )
        return [
            self._figure(
                "to_decide",
                self.env._("Returns to decide"),
                self.env["oms.return"].search_count(to_decide),
                "oms.return",
                to_decide,
                tone="warning",
            ),
            self._figure(
                "late_cases",
                self.env._("Late cases"),
                self.env["oms.case"].search_count(late),
                "oms.case",
                late,
                tone="danger",
            ),
        ]

    def _get_return_figures(self, scope):
        """Returns and their refunds, by the day they were asked for."""
        Return = self.env["oms.return"]
        of_channel = self._channel_domain(scope, every=True)
        returns = (
            of_channel
            & self._since(scope, "requested_at")
            & Domain("state", "not in", ("refused", "cancelled"))
        )
        counts = dict(Return._read_group(returns, ["kind"], ["__count"]))
        refunded = of_channel & _REFUNDED & self._since(scope, "requested_at")
        groups = Return._read_group(
            refunded, ["currency_id"], ["__count", "amount_credited:sum"]
        )
        return [
            self._figure(
                "returned",
                self.env._("Returns"),
                sum(counts.values()),
                Return._name,
                returns,
            ),
            self._figure(
                "exchanges",
                self.env._("Exchanges"),
                counts.get("exchange", 0),
                Return._name,
                returns & Domain("kind", "=", "exchange"),
            ),
            self._figure(
                "refunded",
                self.env._("Refunded"),
                sum(count for _currency, count, _amount in groups),
                Return._name,
                refunded,
                hint=" · ".join(c.format(amount) for c, _count, amount in groups),
            ),
        ]

    def _get_case_figures(self, scope):
        """Complaints of the period."""
        cases = self._channel_domain(scope, every=True) & self._since(
            scope, "opened_at"
        )
        return [
            self._figure(
                "cases",
                self.env._("Cases"),
                self.env["oms.case"].search_count(cases),
                "oms.case",
                cases,
            )
        ]

    def _get_satisfaction_figure(self, scope):
        """What customers answered after the delivery, by the day they were asked.

        From the orders, not from the ratings: those know no companies.
        """
        answered = (
            self._order_domain(scope, since=False)
            & Domain("oms_csat", ">", 0)
            & self._since(scope, "oms_csat_requested_at")
        )
        [(average, count)] = self.env["sale.order"]._read_group(
            answered, aggregates=["oms_csat:avg", "__count"]
        )
        return self._figure(
            "satisfaction",
            self.env._("Satisfaction"),
            average or 0.0,
            "sale.order",
            answered,
            digits=1,
            tone="success" if (average or 0.0) >= _GOOD_CSAT else "warning",
            hint=count and self.env._("of 5, answers: %(count)s", count=count),
            context={"oms_show_csat": True},
        )
