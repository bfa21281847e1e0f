"""Accessibility of a page as axe sees it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Each broken rule with the elements that break it; empty is the only good answer."""
    results = Axe().run(page, options={"runOnly": RULES})
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n" + "\n".join(f"    {node['html']}" for node in rule["nodes"])
        for rule in results.response["violations"]
    ]
