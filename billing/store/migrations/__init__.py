"""The schema's history: one module a step, run by Alembic, never edited once published."""
