"""Rich Text Format, from tokens to elements."""
