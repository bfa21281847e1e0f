"""What is wrong with an installation, said in one line to who starts it; everything else keeps its traceback."""

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError


def said_plainly(error: Exception) -> str | None:
    """One line for a setting that is wrong or a database that cannot be reached; None for errors that are ours."""
    if isinstance(error, ImproperlyConfigured):
        return " ".join(str(error).split())
    cause = error.__cause__
    if isinstance(error, OperationalError) and isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None:
        # Whoever refused had no session yet, or has none any more.
        first = str(cause).strip().partition("\n")[0]
        return f"The database does not answer (see DATABASE_URL): {first}"
    return None
