"""Presentations: Office Open XML and the old binary files."""
