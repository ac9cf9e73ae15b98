"""Word documents: Office Open XML, the old binary files, and the walk and second opinion that the former are held to."""
