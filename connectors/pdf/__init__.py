"""PDF: characters, lines, columns, ruled tables and pages that are pictures."""
