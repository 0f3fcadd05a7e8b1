"""What a return policy says about one request, and why."""

from dataclasses import dataclass, field

APPROVE = "approve"
REVIEW = "review"
REFUSE = "refuse"

_ORDER = (APPROVE, REVIEW, REFUSE)


@dataclass(frozen=True)
class Request:
    """One line that a customer wants to give back.

    :param days: whole days since the delivery; None when it is not delivered.
    :param reason: id of the reason that was given.
    :param str kind: ``refund``, ``exchange`` or ``repair``.
    :param float value: what the whole request is worth, with tax.
    :param int photos: number of pictures that came with it.
    """

    days: int | None
    reason: int
    kind: str
    value: float
    photos: int = 0


@dataclass(frozen=True)
class Rule:
    """The part of a policy that decides.

    :param int window: days after the delivery; 0 for no limit.
    :param str late: `REFUSE` or `REVIEW` for a request after the window.
    :param frozenset reasons: ids that are accepted; empty for all.
    :param frozenset kinds: wishes that are offered.
    :param float approve_up_to: highest value that is approved at once.
    """

    window: int = 14
    late: str = REFUSE
    reasons: frozenset = frozenset()
    kinds: frozenset = frozenset(("refund", "exchange", "repair"))
    approve_up_to: float = 0.0
    needs_photo: bool = False


@dataclass(frozen=True)
class Decision:
    """A verdict with the code of its reason and the figures behind it."""

    verdict: str
    code: str
    values: dict = field(default_factory=dict)


def decide(request, rule):
    """Return what ``rule`` says about ``request``.

    :param rule: `Rule`, or None when no policy covers the request.
    :rtype: Decision
    """
    if request.days is None:
        return Decision(REFUSE, "not_delivered")
    if rule is None:
        return Decision(REVIEW, "no_policy")
    if rule.window and request.days > rule.window:
        values = {"days": request.days, "window": rule.window}
        return Decision(rule.late, "window_over", values)
    if rule.reasons and request.reason not in rule.reasons:
        return Decision(REFUSE, "reason_not_covered")
    if request.kind not in rule.kinds:
        return Decision(REFUSE, "kind_not_offered")
    if rule.needs_photo and not request.photos:
        return Decision(REVIEW, "photo_missing")
    values = {"value": request.value, "limit": rule.approve_up_to}
    if request.value > rule.approve_up_to:
        return Decision(REVIEW, "above_value", values)
    return Decision(APPROVE, "within_policy", {**values, "days": request.days})


def strictest(decisions):
    """Return the position of the strictest of several decisions.

    :param list decisions: at least one.
    :rtype: int
    """
    ranks = [_ORDER.index(decision.verdict) for decision in decisions]
    return ranks.index(max(ranks))
