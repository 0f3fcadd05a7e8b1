from datetime import datetime, timedelta

import pytest

from oms_addon_aftersales.policy import Decision, Request, Rule, decide, strictest
from oms_addon_aftersales.policy.sla import sla_state

NOW = datetime(2026, 3, 2, 8)


def ask(**values):
    return Request(
        **{"days": 3, "reason": 1, "kind": "refund", "value": 50.0, **values}
    )


@pytest.mark.parametrize(
    ("request_", "rule", "verdict", "code"),
    [
        (ask(), Rule(approve_up_to=50), "approve", "within_policy"),
        (ask(value=50.01), Rule(approve_up_to=50), "review", "above_value"),
        (ask(days=14), Rule(window=14, approve_up_to=50), "approve", "within_policy"),
        (ask(days=15), Rule(window=14, approve_up_to=50), "refuse", "window_over"),
        (ask(days=15), Rule(window=14, late="review"), "review", "window_over"),
        (ask(days=999), Rule(window=0, approve_up_to=50), "approve", "within_policy"),
        (ask(days=None), Rule(), "refuse", "not_delivered"),
        (ask(), None, "review", "no_policy"),
        (ask(reason=2), Rule(reasons=frozenset({1})), "refuse", "reason_not_covered"),
        (
            ask(kind="repair"),
            Rule(kinds=frozenset({"refund"})),
            "refuse",
            "kind_not_offered",
        ),
        (ask(), Rule(needs_photo=True, approve_up_to=50), "review", "photo_missing"),
        (
            ask(photos=1),
            Rule(needs_photo=True, approve_up_to=50),
            "approve",
            "within_policy",
        ),
    ],
)
def test_policy_decides_and_names_the_reason(request_, rule, verdict, code):
    decision = decide(request_, rule)
    assert (decision.verdict, decision.code) == (verdict, code)


def test_figures_behind_the_decision_are_kept():
    decision = decide(ask(days=20), Rule(window=14))
    assert decision.values == {"days": 20, "window": 14}


def test_strictest_of_several_lines_decides():
    verdicts = ["approve", "refuse", "review"]
    assert strictest([Decision(verdict, "x") for verdict in verdicts]) == 1
    assert strictest([Decision("approve", "x")]) == 0


@pytest.mark.parametrize(
    ("hours", "solved", "state"),
    [
        (1, None, "ok"),
        (6, None, "at_risk"),
        (9, None, "breached"),
        (99, 7, "ok"),
        (99, 9, "breached"),
    ],
)
def test_promise_is_kept_at_risk_or_broken(hours, solved, state):
    assert (
        sla_state(
            NOW + timedelta(hours=hours),
            NOW + timedelta(hours=6),
            NOW + timedelta(hours=8),
            NOW + timedelta(hours=solved) if solved else None,
        )
        == state
    )


def test_without_a_promise_nothing_is_late():
    assert sla_state(NOW, None, None) == "ok"
