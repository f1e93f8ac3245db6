"""What is kept: one SQLAlchemy class for each concept. No rule of money or of the bill stands here."""
