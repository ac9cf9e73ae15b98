"""The files of a real share that make trouble: locked, broken, hostile, secret, personal, or no documents at all."""
