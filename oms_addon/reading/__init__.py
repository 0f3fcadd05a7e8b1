"""Foreign bytes are read in processes of their own, with limits; pure Python.

``pool.run`` is the door: it takes `Job` objects and returns an `Outcome` for each.
What a message may cost stands in `limits`. The reader is `worker`, a script that is
started anew (never forked from the server), imports the adapters and nothing of
Odoo, and speaks the frames of `codec` over its standard input and output.
"""

from .codec import Job, Outcome
from .pool import POOL

__all__ = ["POOL", "Job", "Outcome"]
