"""From “pay” pressed to the reveal button, without a reload: `python -m tests.benchmarks.arrival [URL] [--buys N]`.

Buys as so many guests, one after the other, in a running demo, and prints the median, the 90th percentile and the worst.
"""

import argparse
import re
import statistics
import time

from playwright.sync_api import Browser, expect, sync_playwright

from tests.harness import browsers

REVEAL = re.compile("^显示")


def main() -> None:
    """Measure and print; seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--buys", type=int, default=20)
    parser.add_argument("--product", default="doujiang-yuanbao")
    told = parser.parse_args()
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        seconds = [buy(chromium, told.url.rstrip("/"), told.product, number) for number in range(told.buys)]
        chromium.close()
    ordered = sorted(seconds)
    p90 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.9))]
    print(f"{len(seconds)} buys: median {statistics.median(seconds):.2f} s, p90 {p90:.2f} s, worst {ordered[-1]:.2f} s")


def buy(chromium: Browser, url: str, product: str, number: int) -> float:
    """One purchase by a new guest; seconds from the press to the button."""
    visitor = browsers.context(chromium, url, browsers.DESKTOP)
    page = visitor.new_page()
    page.goto(f"/p/{product}/")
    page.get_by_role("button", name=re.compile("立即购买")).locator("visible=true").first.click()
    page.locator("input[type=email]").fill(f"arrival-{time.time_ns()}-{number}@example.com")
    page.locator("form#order").get_by_role("button").locator("visible=true").last.click()
    button = page.locator("button[name=press][value=pay]")
    expect(button).to_be_visible()
    begun = time.monotonic()
    button.click()
    expect(page.get_by_role("button", name=REVEAL).first).to_be_visible()
    taken = time.monotonic() - begun
    visitor.close()
    return taken


if __name__ == "__main__":
    main()
