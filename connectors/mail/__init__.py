"""Mail: what stands in messages besides text, and the properties of Outlook."""
