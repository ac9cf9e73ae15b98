"""What the sample ministry's documents say: templates with blanks, filled from the projects."""
