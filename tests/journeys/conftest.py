from playwright.sync_api import expect

from tests.harness.browsers import PATIENCE_MS

# Journeys wait for a real server and a real worker, on machines that may be busy.
expect.set_options(timeout=2 * PATIENCE_MS)
