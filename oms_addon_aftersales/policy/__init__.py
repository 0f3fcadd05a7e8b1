"""Decides on return requests. Plain Python: nothing of Odoo in here."""

from .decide import APPROVE, REFUSE, REVIEW, Decision, Request, Rule, decide, strictest

__all__ = [
    "APPROVE",
    "REFUSE",
    "REVIEW",
    "Decision",
    "Request",
    "Rule",
    "decide",
    "strictest",
]
