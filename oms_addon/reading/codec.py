"""Frames between the server and a reader: JSON and bytes, nothing that can run.

A frame is the length of its head and of its bytes (4 bytes each), the head as JSON,
then the bytes. Dataclasses travel as JSON objects without the fields that have their
default; they are built again from the types that the class declares, so a reader that
was taken over can send wrong documents but nothing else than documents.
"""

import dataclasses
import json
import struct
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from ..adapters.base import AdapterError, ChannelSettings, InboundRequest, Page
from ..document import OrderDocument

LENGTHS = struct.Struct(">II")
OPERATIONS = ("read", "text", "with_text", "page", "answer")


class FrameError(Exception):
    """A frame that does not say what such a frame says."""


@dataclass(frozen=True)
class Job:
    """What a reader is to do with some bytes.

    :param str operation: one of `OPERATIONS`: ``read`` cuts a message into parts or
        reads the one document in it; ``text`` and ``with_text`` are for people who
        correct it; ``page`` and ``answer`` read what a platform answered.
    :param str kind: of the adapter.
    :param str text: of ``with_text``; the cursor of ``page``.
    :param int status: HTTP status of ``answer``.
    """

    kind: str
    request: InboundRequest
    settings: ChannelSettings = field(default_factory=ChannelSettings)
    operation: str = "read"
    text: str = ""
    status: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a job; one of these is set.

    :param OrderDocument document: the one document of the message.
    :param tuple parts: an `InboundRequest` for each part of the message.
    :param Page page:
    :param str text: ``None`` for what is no text.
    :param bytes body: of ``with_text``.
    :param AdapterError error: why it can't be read.
    :param str odd: trace of an error that the adapter should have foreseen.
    :param str broken: the limit that the reader broke: ``time``, ``memory``, or
        ``died``.
    """

    document: OrderDocument | None = None
    parts: tuple[InboundRequest, ...] | None = None
    page: Page | None = None
    text: str | None = None
    body: bytes | None = None
    error: AdapterError | None = None
    odd: str = ""
    broken: str = ""


# ---- frames -------------------------------------------------------------


def frame(head, blob=b""):
    """Return a frame as bytes."""
    packed = json.dumps(head, separators=(",", ":"), default=_plain).encode(
        "utf-8", "surrogatepass"
    )
    return LENGTHS.pack(len(packed), len(blob)) + packed + blob


def read_frame(stream):
    """Return the next frame's head and bytes; None at the end of the stream."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, blob = LENGTHS.unpack(lengths)
    return load_head(stream.read(head)), stream.read(blob)


def load_head(packed):
    """Return a frame's head.

    :raise FrameError: when it is no JSON object.
    """
    try:
        head = json.loads(packed.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise FrameError("no JSON") from error
    if not isinstance(head, dict):
        raise FrameError("no object")
    return head


def _plain(value):
    """What JSON has no word for: in details of errors it is only shown."""
    return str(value)


# ---- jobs and outcomes --------------------------------------------------


def pack_job(job):
    """Return a job as frame."""
    head = {
        "operation": job.operation,
        "kind": job.kind,
        "text": job.text,
        "status": job.status,
        "request": _pack_request(job.request),
        "settings": pack(job.settings),
    }
    return frame(head, job.request.body)


def unpack_job(head, blob):
    """Return the job of a frame."""
    return Job(
        operation=head["operation"],
        kind=head["kind"],
        text=head["text"],
        status=head["status"],
        request=_unpack_request(head["request"], blob),
        settings=unpack(ChannelSettings, head["settings"]),
    )


def pack_outcome(outcome, last=False):
    """Return an outcome as frame.

    :param bool last: the reader leaves after it.
    """
    head, blob = _pack_outcome(outcome)
    return frame({**head, "last": last}, blob)


def _pack_outcome(outcome):
    if outcome.error is not None:
        return {"error": outcome.error.code, "details": outcome.error.details}, b""
    if outcome.document is not None:
        return {"document": pack(outcome.document)}, b""
    if outcome.parts is not None:
        return _pack_requests("parts", outcome.parts)
    if outcome.page is not None:
        page = {"cursor": outcome.page.cursor, "more": outcome.page.more}
        return _pack_requests("page", outcome.page.messages, page=page)
    if outcome.body is not None:
        return {"body": True}, outcome.body
    words = {"text": outcome.text, "odd": outcome.odd, "broken": outcome.broken}
    return words, b""


def unpack_outcome(head, blob):
    """Return the outcome of a frame.

    :raise FrameError: when it is none.
    """
    try:
        return _unpack_outcome(head, blob)
    except FrameError:
        raise
    except Exception as error:  # whatever a reader that was taken over may send
        raise FrameError(f"{type(error).__name__}: {error}") from error


def _unpack_outcome(head, blob):
    if "error" in head:
        return Outcome(error=AdapterError(head["error"], **head["details"]))
    if "document" in head:
        return Outcome(document=unpack(OrderDocument, head["document"]))
    if "parts" in head:
        return Outcome(parts=_unpack_requests(head["parts"], blob))
    if "page" in head:
        return Outcome(
            page=Page(
                messages=_unpack_requests(head["messages"], blob),
                cursor=_text(head["page"]["cursor"]),
                more=bool(head["page"]["more"]),
            )
        )
    if "body" in head:
        return Outcome(body=blob)
    text = head["text"]
    return Outcome(
        text=None if text is None else _text(text),
        odd=_text(head["odd"]),
        broken=_text(head["broken"]),
    )


def _pack_requests(name, requests, **more):
    heads = [{**_pack_request(r), "size": len(r.body)} for r in requests]
    key = "messages" if name == "page" else name
    return {key: heads, **more}, b"".join(r.body for r in requests)


def _unpack_requests(heads, blob):
    view, place, requests = memoryview(blob), 0, []
    for head in heads:
        size = head.pop("size")
        requests.append(_unpack_request(head, bytes(view[place : place + size])))
        place += size
    return tuple(requests)


def _pack_request(request):
    packed = pack(dataclasses.replace(request, body=b""))
    packed.pop("body", None)
    return packed


def _unpack_request(head, body):
    return dataclasses.replace(unpack(InboundRequest, {**head, "body": ""}), body=body)


# ---- dataclasses --------------------------------------------------------


def pack(value):
    """Return a dataclass as what JSON can hold.

    :rtype: dict
    """
    packed = {}
    for name, default in _defaults(type(value)):
        own = getattr(value, name)
        if own is not default and own != default:
            packed[name] = _pack_value(own)
        elif type(own) is not type(default):  # 0 and Decimal(0) are equal
            packed[name] = _pack_value(own)
    return packed


def _pack_value(value):
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if dataclasses.is_dataclass(value):
        return pack(value)
    if isinstance(value, Mapping):
        return {str(key): _pack_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_pack_value(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_pack_value(item) for item in value)
    raise TypeError(f"no way to send {type(value).__name__}")


_ABSENT = object()


@cache
def _defaults(cls):
    """Names of a dataclass's fields with what stands for them when not sent."""
    found = []
    for each in dataclasses.fields(cls):
        default = each.default
        if each.default_factory is not dataclasses.MISSING:
            default = each.default_factory()
        found.append(
            (each.name, _ABSENT if default is dataclasses.MISSING else default)
        )
    return tuple(found)


def unpack(cls, packed):
    """Build a dataclass from what `pack` returned.

    :raise FrameError: when a value is not of the type that the class declares.
    """
    makers = _makers(cls)
    try:
        return cls(**{name: makers[name](value) for name, value in packed.items()})
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise FrameError(f"{cls.__name__}: {error}") from error


@cache
def _makers(cls):
    hints = typing.get_type_hints(cls)
    return {each.name: _maker(hints[each.name]) for each in dataclasses.fields(cls)}


def _maker(hint):
    """Return the function that makes a value of a type from JSON.

    :raise TypeError: for a type that has no way yet; a test builds them all.
    """
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        makers = [_maker(one) for one in inner if one is not type(None)]
        if len(makers) != 1:
            raise TypeError(f"no way to receive {hint}")
        return lambda value: None if value is None else makers[0](value)
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        one = _maker(inner[0])
        return lambda value: tuple(one(item) for item in _list(value))
    if origin is tuple:
        each = [_maker(one) for one in inner]
        return lambda value: tuple(
            make(item) for make, item in zip(each, _list(value), strict=True)
        )
    if origin is frozenset:
        one = _maker(inner[0])
        return lambda value: frozenset(one(item) for item in _list(value))
    if origin in (dict, Mapping):
        one = _maker(inner[1])
        return lambda value: {
            _text(key): one(item) for key, item in _dict(value).items()
        }
    if dataclasses.is_dataclass(hint):
        return lambda value: unpack(hint, _dict(value))
    if hint in _PLAIN_MAKERS:
        return _PLAIN_MAKERS[hint]
    raise TypeError(f"no way to receive {hint}")


def _instance_of(*classes):
    def check(value):
        if not isinstance(value, classes):
            raise FrameError(f"{type(value).__name__} is none of {classes}")
        return value

    return check


_text, _list, _dict = _instance_of(str), _instance_of(list), _instance_of(dict)
_PLAIN_MAKERS = {
    str: _text,
    bool: _instance_of(bool),
    int: _instance_of(int),
    float: _instance_of(float, int),
    Decimal: lambda value: Decimal(_text(value)),
    datetime: lambda value: datetime.fromisoformat(_text(value)),
    date: lambda value: date.fromisoformat(_text(value)),
    bytes: lambda value: _text(value).encode("latin-1"),
    object: lambda value: value,
}

__all__ = [
    "OPERATIONS",
    "FrameError",
    "Job",
    "Outcome",
    "frame",
    "load_head",
    "pack",
    "pack_job",
    "pack_outcome",
    "read_frame",
    "unpack",
    "unpack_job",
    "unpack_outcome",
]
