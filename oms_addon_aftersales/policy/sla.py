"""Where a promise stands. Plain Python: nothing of Odoo in here."""

OK = "ok"
AT_RISK = "at_risk"
BREACHED = "breached"


def sla_state(now, warn_at, deadline, solved_at=None):
    """Return how a promise stands: kept, at risk or broken.

    :param datetime now: the present.
    :param warn_at: from when on the promise is at risk; None without promise.
    :param deadline: the promised time; None without promise.
    :param solved_at: when it was fulfilled; None when it is open.
    :rtype: str
    """
    if not deadline:
        return OK
    if (solved_at or now) > deadline:
        return BREACHED
    if not solved_at and warn_at and now >= warn_at:
        return AT_RISK
    return OK
