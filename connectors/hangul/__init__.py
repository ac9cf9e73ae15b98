"""Hangul documents: readers of HWP 5, HWPX, HWPML and HWP 3, and the walks that they are measured by."""
