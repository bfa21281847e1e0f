"""Rows that wait for a worker, on either lane, and marks of what each worker process does."""
