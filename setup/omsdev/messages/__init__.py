"""Builders of channel messages: what each platform would send for an order."""
