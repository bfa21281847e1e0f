"""Asks the database whether every promise of the shop holds."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fulfillment.proof.check import MOST, NOT_ASKED, TITLES, Finding, check
from fulfillment.proof.violations import SAMPLE, Look
from kameng.lib import clock


class Command(BaseCommand):
    help = "Checks the invariants of money, stock, orders and the audit log; the exit code is 1 when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--sample", type=int, default=SAMPLE, help="how many secrets to open (default: %(default)s)")

    def handle(self, *_: Any, **options: Any) -> None:
        look = Look(clock.now(), options["sample"])
        findings = list(check(look))
        if options["json"]:
            self.stdout.write(json.dumps(_told(look, findings)))
        else:
            self._print(findings)
        if any(finding.violations for finding in findings):
            raise SystemExit(1)

    def _print(self, findings: list[Finding]) -> None:
        for finding in findings:
            state = "broken" if finding.violations else "holds"
            self.stdout.write(f"{finding.code:4} {state:7} {finding.seconds:6.2f} s  {TITLES[finding.code]}")
            for violation in finding.violations:
                self.stdout.write(f"     {violation.subject}: {violation.text}")
            if len(finding.violations) == MOST:
                self.stdout.write(f"     only the first {MOST} are shown")
        for code, why in NOT_ASKED.items():
            self.stdout.write(f"{code:4} not asked         {why}")
        broken = [finding.code for finding in findings if finding.violations]
        self.stdout.write(f"Broken: {', '.join(broken)}" if broken else "All invariants hold.")


def _told(look: Look, findings: list[Finding]) -> dict[str, Any]:
    return {
        "at": look.now.isoformat(),
        "ok": not any(finding.violations for finding in findings),
        "invariants": {
            finding.code: {
                "title": TITLES[finding.code],
                "seconds": round(finding.seconds, 3),
                "violations": [{"subject": v.subject, "text": v.text} for v in finding.violations],
            }
            for finding in findings
        },
    }
