"""The engine, sessions, migrations, numbering; the only place of statements that bypass the ORM."""
