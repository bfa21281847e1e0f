#!/usr/bin/env python
"""Django's command line for kameng."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kameng.settings")
    from django.core.management import execute_from_command_line

    from kameng.lib.plainly import said_plainly

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        said = said_plainly(error)
        if said is None or "--traceback" in sys.argv:
            raise
        sys.exit(said)


if __name__ == "__main__":
    main()
