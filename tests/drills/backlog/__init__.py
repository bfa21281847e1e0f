"""Rows that wait for a worker, on either lane, and a trace of which worker process is busy."""
