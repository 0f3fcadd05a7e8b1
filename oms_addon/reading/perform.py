"""What a reader does with one job; the same in the server where none can start."""

import traceback

from ..adapters import get_adapter
from ..adapters.base import AdapterError
from ..adapters.read import check_orders, check_size
from .codec import Outcome

# Of an error's trace this much is kept for the log.
LONGEST_TRACE = 4_000


def perform(job):
    """Do a job; only running out of memory comes out as an exception.

    :param Job job:
    :rtype: Outcome
    :raise MemoryError:
    """
    try:
        return _OPERATIONS[job.operation](get_adapter(job.kind), job)
    except AdapterError as error:
        return Outcome(error=error)
    except MemoryError:
        raise
    except RecursionError:
        return Outcome(error=AdapterError("nested"))
    except Exception:  # a hostile message must not stop the others
        return Outcome(odd=traceback.format_exc()[-LONGEST_TRACE:])


def _read(adapter, job):
    """Cut a message into its parts, or read the one document in it."""
    request = job.request
    parts = adapter.split(request, job.settings)
    check_orders(parts)
    if len(parts) == 1 and parts[0].body == request.body:
        document = adapter.parse(request, job.settings)
        check_size(document)
        return Outcome(document=document)
    return Outcome(parts=tuple(parts))


def _text(adapter, job):
    return Outcome(text=adapter.text_of(job.request.body))


def _with_text(adapter, job):
    return Outcome(body=adapter.with_text(job.request.body, job.text))


def _page(adapter, job):
    request = job.request
    return Outcome(
        page=adapter.poll_page(request.body, request.headers, job.text, job.settings)
    )


def _answer(adapter, job):
    return Outcome(text=adapter.check_answer(job.status, job.request.body))


_OPERATIONS = {
    "read": _read,
    "text": _text,
    "with_text": _with_text,
    "page": _page,
    "answer": _answer,
}
