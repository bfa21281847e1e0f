"""Page figures: `make lighthouse` measures home, listing, checkout and order page of a demo, mobile, median of RUNS runs.

Starts a demo of its own unless URL names one that runs. Prints a table beside the budgets, writes
`tests/benchmarks/results/lighthouse.json`, and ends with 1 when a budget is missed. Compare figures of one machine only.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.journey import Stop, walk
from tests.harness import browsers, demos

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "lighthouse.json"
KIB = 1024


@dataclass(frozen=True)
class Budget:
    """A figure and its limit; scores must reach it, everything else must stay below."""

    name: str
    limit: float
    at_least: bool = False

    def kept(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


BUDGETS = (
    Budget("performance", 95, at_least=True),
    Budget("accessibility", 100, at_least=True),
    Budget("best-practices", 95, at_least=True),
    Budget("seo", 95, at_least=True),
    Budget("LCP s", 1.8),
    Budget("TBT ms", 100),
    Budget("TTFB ms", 200),
    Budget("HTML KiB gz", 30),
    Budget("CSS KiB", 30),
    Budget("JS KiB", 50),
    Budget("requests", 15),
    Budget("third-party", 0),
)
TRIES = 3
# Pages that one buyer alone may see ask search engines to stay away, which lighthouse counts as a fault.
PRIVATE = {"checkout", "order"}


def measure(stop: Stop, chromium: str) -> dict[str, float]:
    """One run of lighthouse on one page."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            str(HERE / "node_modules" / ".bin" / "lighthouse"),
            stop.url,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--extra-headers={json.dumps({'Cookie': stop.cookie, 'Accept-Language': 'zh-CN'})}",
            "--chrome-flags=--headless=new " + " ".join(flag for flag in browsers.FLAGS if " " not in flag),
        ]
        tries = (subprocess.run(command, check=False, env=os.environ | {"CHROME_PATH": chromium}) for _ in range(TRIES))
        # On a busy machine Chromium now and then loses its own trace.
        if not any(done.returncode == 0 for done in tries):
            sys.exit(f"{stop.url} could not be measured in {TRIES} tries")
        return figures(json.loads(report.read_text())) | {"HTML KiB gz": _compressed(stop) / KIB}


def _compressed(stop: Stop) -> int:
    """The size of the page as a proxy would send it; the demo has none and sends it plain."""
    answer = httpx.get(stop.url, headers={"Cookie": stop.cookie, "Accept-Language": "zh-CN"})
    return len(gzip.compress(answer.content, 6))


def figures(report: dict[str, Any]) -> dict[str, float]:
    """The figures of BUDGETS from one report."""
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    ours = report["finalDisplayedUrl"].split("/")[2]

    def kib(kind: str) -> float:
        return float(sum(item["transferSize"] for item in requests if item.get("resourceType") == kind) / KIB)

    return {
        **{name: round(category["score"] * 100) for name, category in report["categories"].items()},
        "LCP s": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "TBT ms": audits["total-blocking-time"]["numericValue"],
        "TTFB ms": audits["server-response-time"]["numericValue"],
        "CSS KiB": kib("Stylesheet"),
        "JS KiB": kib("Script"),
        "requests": len(requests),
        "third-party": sum(item["url"].startswith("http") and item["url"].split("/")[2] != ours for item in requests),
    }


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def missed(page: str, values: dict[str, float]) -> list[str]:
    """The budgets that this page does not keep."""
    asked = [budget for budget in BUDGETS if not (budget.name == "seo" and page in PRIVATE)]
    return [f"{page}: {budget.name} {values[budget.name]:.1f}" for budget in asked if not budget.kept(values[budget.name])]


@contextmanager
def shop() -> Iterator[str]:
    """The address of a demo: the one named by URL, or one of our own."""
    given = os.environ.get("URL", "")
    if given:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as var, demos.running(Path(var)) as url:
        yield url


def main() -> int:
    """The command line; returns the exit code."""
    chromium = browsers.executable()
    if chromium is None:
        print("There is no Chromium: set KAMENG_CHROMIUM or install chromium.", file=sys.stderr)
        return 2
    count = int(os.environ.get("RUNS", "5"))
    results: dict[str, dict[str, float]] = {}
    with shop() as url:
        # First the whole way: the browser that walks must not share the processor with the one that measures.
        for stop in list(walk(url)):
            results[stop.name] = medians([measure(stop, chromium) for _ in range(count)])
            print(f"measured {stop.name}", file=sys.stderr, flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"runs": count, "pages": results}, indent=2) + "\n")
    print(f"{'median of ' + str(count):16}" + "".join(f"{name:>12}" for name in results) + f"{'budget':>12}")
    for budget in BUDGETS:
        row = "".join(f"{values[budget.name]:>12.1f}" for values in results.values())
        print(f"{budget.name:16}{row}{'≥' if budget.at_least else '≤':>6} {budget.limit:g}")
    wrong = [line for page, values in results.items() for line in missed(page, values)]
    print("\n".join(["missed:", *wrong]) if wrong else "all budgets kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
