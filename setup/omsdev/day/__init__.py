"""The demo day: messages of all channels, and what people do with them."""

from .play import play

__all__ = ["play"]
