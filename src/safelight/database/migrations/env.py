"""What Alembic runs to apply the steps, on the connection that `safelight.database.revision` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
