"""Marks that readers set on a document, and what obeys each.

A mark is a tag or the code of a `Doubt`. A test collects every mark that an adapter
sets: each must stand in exactly one of the tables here.
"""

# The words were read by guess, or nobody reads them: the order is held and shows them.
UNCLEAR = (
    "free_text",
    "unsure",
    "numeral_in_hanzi",
    "relative_date",
    "unread",
    "attachment",
    "forwarded",
    "vat_invoice",
    "has_buyer_message",
    # a mail that is no order becomes a lead; told of an order by another system, a
    # person looks at it
    "complaint",
    "return",
    "refusal",
    "correction",
    "recurring",
    "alternative",
    "question",
    "cancel_request",
    "change_request",
)

# Obeyed by a check or a step of the intake of its own, named here.
OBEYED = {
    "test": "check test_order",
    "on_account": "authority: only with the right to credit",
    "unpriced": "check told_differs: a line that stays without a price",
    "no_price": "check told_differs: a line that stays without a price",
    "column": "check told_differs",
    "sheet": "check told_differs",
    "country": "check told_differs",
    "deposit_paid": "check unpaid: the status is unpaid until the rest has come in",
    "refund_requested": "check channel_hold: the status is hold",
    "delivered": "check already_shipped: the status says so",
}

# Nothing is decided by them; the reason why nobody has to look.
HARMLESS = {
    "urgent": "no goods and no money hang on it; the words stand in the buyer's note",
    "cod": "always told together with on_account",
    "presale": "the channel sends it as paid only when it may ship",
    "masked": "the marketplace hides the receiver; its token stands for the address",
    "flag_*": "the seller's own coloured flags, which mean what he agreed with himself",
}
