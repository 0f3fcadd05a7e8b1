"""What confirming a batch shares between the host's methods it runs through."""

from ..context import ContextObject


class HostPath(ContextObject):
    """Leaves reserving to the host, without our locks: for comparing with it."""

    __slots__ = ()
    key = "oms_host_path"


class SkipLockedStock(ContextObject):
    """Moves whose stock is locked elsewhere stay for the next run."""

    __slots__ = ()
    key = "oms_skip_locked_stock"


class QuantsReserved(ContextObject):
    """The quants of the move lines that are being made count them already."""

    __slots__ = ()
    key = "oms_quants_reserved"


class ConfirmBatch(ContextObject):
    """Working memory of one batch confirmation, carried in the context.

    The host's methods call each other order by order or move by move. Our overrides
    find this object under the context key ``oms_batch``, collect there what can be
    done once for all, and reuse what was already asked. Without it every override
    leaves the host's behaviour as it is.
    """

    key = "oms_batch"
    __slots__ = (
        "deferring_pickings",
        "exhausted_move_ids",
        "lone_move_ids",
        "new_reference_ids",
        "origin_notes",
        "orderpoint_move_ids",
        "picking_ids",
        "pull_rules",
        "stock_pairs",
    )

    def __init__(self):
        #: pickings to confirm in one pass, while the host asks order by order
        self.deferring_pickings = False
        self.picking_ids = []
        #: procurement rules already searched, by what the search depends on
        self.pull_rules = {}
        #: stock references made by this batch: no other move can carry them
        self.new_reference_ids = set()
        #: moves that no other move of their picking can be merged with
        self.lone_move_ids = set()
        #: (picking id, order id) of the origin notes to post
        self.origin_notes = []
        #: moves whose reordering rules are to be refreshed at the end
        self.orderpoint_move_ids = set()
        #: (product id, location id) whose quants this transaction has locked
        self.stock_pairs = set()
        #: moves for which the batch found that nothing more can be reserved
        self.exhausted_move_ids = set()
