from playwright.sync_api import expect

from tests.harness.browsers import PATIENCE_MS

# A page without scripts comes again after five seconds, which is all that Playwright would wait.
expect.set_options(timeout=PATIENCE_MS)
