"""JSON of records as documents: parsing that keeps numbers as written, services' answers, descriptors, flat tables."""
