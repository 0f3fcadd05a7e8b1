"""What one booking run shares between the host's methods it runs through."""

from collections import defaultdict

from ..context import CreateBatch


class SettleBatch(CreateBatch):
    """Working memory of one booking run, under the context key ``oms_settle``.

    The host numbers, notes and reconciles entry by entry. Our overrides collect here
    what can be done once for all and reuse what was already asked. Without it
    every override leaves the host's behaviour as it is.
    """

    key = "oms_settle"
    __slots__ = ("new_payment_ids", "notes", "number_formats", "paid_notes")

    def __init__(self):
        super().__init__()
        #: payments that are being made: no invoice can be matched with them yet
        self.new_payment_ids = frozenset()
        #: model → list of {record id: body}: a record has one note in each
        self.notes = defaultdict(list)
        #: format of the next number, by what decides it
        self.number_formats = {}
        #: what the host says on orders whose invoice is paid
        self.paid_notes = set()

    def note(self, record, body):
        """Keep a note that is to be logged on a record."""
        rounds = self.notes[record._name]
        for bodies in rounds:
            if record.id not in bodies:
                bodies[record.id] = body
                return
        rounds.append({record.id: body})

    def log_notes(self, env):
        """Log what was kept, one pass per model."""
        for model, rounds in self.notes.items():
            for bodies in rounds:
                env[model].browse(bodies)._message_log_batch(bodies=bodies)
        self.notes.clear()
