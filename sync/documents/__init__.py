"""What leaves the house: invoices, and the names of their files."""
