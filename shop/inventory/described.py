"""Lines of goods no two of which are alike: a public description, and the secret that it must not tell."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from kameng.lib.text import clean_prose
from shop.catalog.models import Sku
from shop.inventory import parse
from shop.inventory.parse import Bad, Problem, Sorted

LONGEST = 200
#: Stands between description and secret once they are told apart. A noncharacter, as the other marks of `parse`.
BETWEEN = "\ufdd2"
#: What a merchant writes between them. Four dashes will not do: they divide the parts of many a secret.
_DIVIDER = re.compile(r"\t| ====(?: |$)")
#: So many letters or digits in a row of a secret are a part of it, and not a word that both happen to use.
_TELLING = 8
_TELLING_PART = 6
_LABELS = frozenset({"password", "username", "account", "passcode", "recovery", "security"})
_PARTS = re.compile(r"[\s,，;；|:：/]+|-{2,}")
#: Many accounts have their mail at one host, and saying where is no secret.
_MAIL_HOST = re.compile(r"@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


def joined(description: str, secret: str) -> str:
    """Both as one line, as drafts of an import carry them; the secret alone where there is no description."""
    return f"{description}{BETWEEN}{secret}" if description else secret


@sensitive_variables()
def divided(line: str) -> tuple[str, str]:
    """Description and secret of such a line."""
    description, between, secret = line.partition(BETWEEN)
    return (description, secret) if between else ("", line)


@sensitive_variables()
def told_apart(line: str, *, keep_space: bool) -> str:
    """A line as typed (`description ==== secret`, or a tab between them) as `joined` makes it; unchanged without either."""
    found = _DIVIDER.search(line)
    if not found:
        return line
    secret = line[found.end() :]
    return f"{parse.trimmed(line[: found.start()])}{BETWEEN}{secret if keep_space else parse.trimmed(secret)}"


@sensitive_variables()
def sort(sku: Sku, candidates: Iterable[str]) -> Sorted:
    """Like `parse.sort`; where the SKU's units are chosen one by one, each line needs a good description (see `joined`)."""
    if not sku.by_unit:
        return parse.sort(candidates)
    secrets: list[str] = []
    said: dict[str, str] = {}
    bad: list[Bad] = []
    for number, line in enumerate(candidates, start=1):
        description, secret = divided(line)
        problem = _problem(description, secret) if parse.trimmed(line.replace(BETWEEN, "")) else None
        if problem:
            bad.append(Bad(number, problem))
        elif secret:
            said.setdefault(secret, cleaned(description))
        secrets.append("" if problem else secret)
    found = parse.sort(secrets)
    return Sorted(found.secrets, found.again, sorted((*found.bad, *bad), key=lambda each: each.line), said)


@sensitive_variables()
def _problem(description: str, secret: str) -> Problem | None:
    if not parse.trimmed(description):
        return Problem.UNDESCRIBED
    if not parse.trimmed(secret):
        return Problem.MISSING
    if parse.SPOILED in description:
        return Problem.SPOILED
    if len(description) > LONGEST:
        return Problem.LONG_DESCRIPTION
    try:
        text = cleaned(description)
    except ValidationError:
        return Problem.ODD_DESCRIPTION
    if not text:
        return Problem.UNDESCRIBED
    if len(text) > LONGEST:
        return Problem.LONG_DESCRIPTION
    return Problem.TELLING if tells(text, secret) else None


def cleaned(description: str) -> str:
    """The description as it is shown; raises ValidationError as `clean_prose` does."""
    # Cleaning each letter of plain text would take most of an import's time.
    if description.isascii() and description.isprintable():
        return " ".join(description.split())
    return clean_prose(description)


@sensitive_variables()
def tells(description: str, secret: str) -> bool:
    """Whether the description holds the secret or a long part of it, however it is spaced or capitalised."""
    public, hidden = _squeezed(description), _squeezed(_MAIL_HOST.sub(" ", secret)) or _squeezed(secret)
    if hidden and hidden in public:
        return True
    # Across parts only with a digit: `account: … password: …` is in many a secret, and in many a description.
    telling = [*filter(_has_digit, _runs(hidden)), *(run for part in _parts(secret) for run in _runs(part))]
    return any(run in public for run in telling) or any(_is_telling(part) and part in public for part in _parts(secret))


def _parts(secret: str) -> list[str]:
    """Names and passwords, without what they are called."""
    parts = (_squeezed(part) for part in _PARTS.split(_MAIL_HOST.sub(" ", secret)))
    return [part for part in parts if part not in _LABELS]


def _runs(part: str) -> list[str]:
    return [part[n : n + _TELLING] for n in range(len(part) - _TELLING + 1)]


def _is_telling(part: str) -> bool:
    return len(part) >= _TELLING_PART and _has_digit(part)


def _has_digit(part: str) -> bool:
    return any(char.isdigit() for char in part)


def _squeezed(text: str) -> str:
    """Letters and digits alone, folded to one form."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
