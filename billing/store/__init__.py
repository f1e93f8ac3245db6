"""The engine, sessions, migrations and numbering; the only place of statements that do not go through the ORM."""
