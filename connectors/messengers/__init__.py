"""Messengers read exports into messages: one module an application."""
