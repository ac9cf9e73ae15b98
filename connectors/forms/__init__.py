"""Forms read elements into budget records: one module a form, offering `FORM`."""
