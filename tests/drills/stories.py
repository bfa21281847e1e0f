"""Short stories of the shop that together pass every commit of its verbs; each step may be done again, as people do.

A story is told in a process that a failpoint may end at any commit. Then it is told once more from its beginning by people
who do not know how far it came: the same form is sent, the gateway repeats its notices, the worker looks for due rows.
"""

from dataclasses import dataclass

from shop.orders.models import LineStatus
from tests.drills import stories_by_hand as hand
from tests.drills.acts import (
    Step,
    buyer_reveals,
    checks_out,
    checks_out_in_vain,
    delivery_fails,
    gateway_declines,
    gateway_refuses_refunds,
    gateway_tells,
    merchant_imports,
    merchant_imports_many,
    merchant_reads_rejects,
    merchant_takes_secrets_back,
    merchant_withdraws,
    money_moves,
    only_orders,
    pays_from_the_wallet,
    pays_late,
    person_refunds,
    platform_rotates,
    strangers_tell,
    too_little_moves,
    wants_more_time,
    worker_works,
)

HOUR = 60.0


@dataclass(frozen=True)
class Story:
    """The commits it is told for, its steps at so many minutes, and how its line ends when nobody gives up."""

    commits: str
    steps: tuple[tuple[float, Step], ...]
    end: str = ""
    member: bool = False
    #: What is sold: a "key" from stock, something "typed" by hand, or a "card" that is shipped.
    goods: str = "key"
    #: Other ends, where nobody came back to do their part.
    alone: str = ""


PAID = ((0, checks_out), (0.2, money_moves), (0.2, gateway_tells))
DONE = ((1, worker_works), (25 * HOUR, worker_works))

STORIES = {
    "a guest buys": Story(
        "place start started confirm pay verify deliver reveal complete claim_mail",
        (*PAID, (0.3, worker_works), (1, buyer_reveals), (25 * HOUR, worker_works)),
        LineStatus.COMPLETED,
    ),
    "a member pays from the wallet": Story(
        "intend_share", ((0, pays_from_the_wallet), *DONE), LineStatus.COMPLETED, member=True
    ),
    "the gateway's word is lost": Story(
        "ask", ((0, checks_out), (0.2, money_moves), (0.5, worker_works), *DONE), LineStatus.COMPLETED
    ),
    "the gateway declines at first": Story(
        "ended",
        ((0, checks_out), (0.1, gateway_declines), (0.1, gateway_tells), *((at + 1, step) for at, step in (*PAID, *DONE))),
        LineStatus.COMPLETED,
    ),
    "the gateway does not answer at first": Story(
        "start_failed asked started_later",
        ((0, checks_out_in_vain), (0.5, worker_works), *((at + 1, step) for at, step in (*PAID, *DONE))),
        LineStatus.COMPLETED,
    ),
    "nobody pays": Story(
        "extend expire", ((0, only_orders), (10, wants_more_time), (21, worker_works)), LineStatus.RELEASED
    ),
    "nothing is delivered in time": Story(
        "refund refund_submit refund_settle", (*PAID, (40, worker_works)), LineStatus.REFUNDED
    ),
    "too little money comes": Story(
        "cannot_pay leftover",
        ((0, checks_out), (0.2, too_little_moves), (0.2, gateway_tells), (98 * HOUR, worker_works)),
        LineStatus.RELEASED,
    ),
    "the source takes nothing back": Story(
        "refund_by_hand", (*PAID, (40, gateway_refuses_refunds), (50, person_refunds)), LineStatus.REFUNDED
    ),
    "a delivery fails at first": Story(
        "note_failure",
        (*PAID, (0.3, delivery_fails), (5, worker_works), (25 * HOUR, worker_works)),
        LineStatus.COMPLETED,
    ),
    "strangers tell tales": Story(
        "quarantine refuse", ((0, checks_out), (0.1, strangers_tell), *PAID, *DONE), LineStatus.COMPLETED
    ),
    "the money comes late": Story(
        "sandbox_lapse", ((0, checks_out), (0.2, pays_late), (0.5, gateway_tells), *DONE), LineStatus.COMPLETED
    ),
    "stock comes and goes": Story(
        "intake withdraw rotate", ((0, merchant_imports), (1, merchant_withdraws), (2, platform_rotates))
    ),
}
STORIES |= {
    "many secrets come in by parts": Story(
        "intake_begin intake_part intake_end intake_rejects approval_ask approval_decide export show_unit"
        " intake_forget intake_stop",
        (
            (0, merchant_imports_many),
            (1, worker_works),
            (2, merchant_reads_rejects),
            (3, merchant_takes_secrets_back),
            (90, worker_works),
            (91, merchant_withdraws),
            (92, platform_rotates),
            (300, worker_works),
        ),
    ),
}
BY_HAND = (*PAID, (0.3, worker_works))
STORIES |= {
    "somebody types the keys in": Story(
        "put_pieces take_up put_back hand_in",
        (
            (0, hand.merchant_counts),
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_leaves),
            (3, hand.clerk_takes),
            (4, hand.clerk_hands_in),
            (25 * HOUR, worker_works),
            (50 * HOUR, worker_works),
        ),
        LineStatus.COMPLETED,
        goods="typed",
        alone=LineStatus.REFUNDED,
    ),
    "a program types the keys in": Story(
        "deliver_once",
        (*BY_HAND, (1, hand.program_hands_in), (25 * HOUR, worker_works), (50 * HOUR, worker_works)),
        LineStatus.COMPLETED,
        goods="typed",
        alone=LineStatus.REFUNDED,
    ),
    "the merchant cannot deliver": Story(
        "give_up",
        (*BY_HAND, (1, hand.clerk_takes), (2, hand.clerk_gives_up), (25 * HOUR, worker_works)),
        LineStatus.REFUNDED,
        goods="typed",
    ),
    "a card is sent and comes": Story(
        "ship receive",
        (
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_ships),
            (48 * HOUR, hand.buyer_receives),
            (97 * HOUR, worker_works),
            (300 * HOUR, worker_works),
            (301 * HOUR, hand.buyer_receives),
            (500 * HOUR, worker_works),
        ),
        LineStatus.COMPLETED,
        goods="card",
        alone=f"{LineStatus.REFUNDED} {LineStatus.SHIPPED}",
    ),
    "a card is sent and is lost": Story(
        "stall lose",
        (
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_ships),
            (300 * HOUR, worker_works),
            (301 * HOUR, hand.support_finds_it_lost),
            (302 * HOUR, worker_works),
        ),
        LineStatus.REFUNDED,
        goods="card",
        alone=LineStatus.SHIPPED,
    ),
    "a guest shows that the address is theirs": Story(
        "lookup adopt",
        (
            *PAID,
            (0.3, worker_works),
            (0.4, hand.buyer_asks_for_the_link),
            (0.5, worker_works),
            (1, hand.buyer_shows_the_address),
            *DONE,
        ),
        LineStatus.COMPLETED,
    ),
}
COMMITS = {commit: name for name, story in STORIES.items() for commit in story.commits.split()}
