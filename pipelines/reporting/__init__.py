"""What a run's report says to people: a screen, a Markdown text, a page. Pure functions of the reports, in Korean."""
