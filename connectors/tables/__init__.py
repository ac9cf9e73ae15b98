"""Tables as forms see them: dense views, headings, years, units and the words of the field."""
