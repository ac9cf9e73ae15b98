"""What exists and what it depends on: Dagster words, no work."""
