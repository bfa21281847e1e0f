"""Where the demo listens, and how a browser, here or on another machine, gets there."""

import errno
import ipaddress
import socket
from dataclasses import dataclass

PORTS = range(1, 65_536)
#: Reserved for documentation: the way to it is the way to other machines, and nothing is ever sent there.
ELSEWHERE = ("192.0.2.1", 9)
CHOOSE = "Choose another port: PORT=8001 make demo"


class Unusable(Exception):
    """Nobody can listen there; `str()` says in one line why, and what to do."""


@dataclass(frozen=True)
class Address:
    """Where the shop listens."""

    host: str
    port: int

    @classmethod
    def read(cls, host: str, port: str) -> "Address":
        """From what somebody typed; raises Unusable for a port that is no number of one."""
        if not (port.isascii() and port.isdecimal() and int(port) in PORTS):
            raise Unusable(f"“{port}” is not a port: that is a number from {PORTS[0]} to {PORTS[-1]}. {CHOOSE}")
        return cls(host, int(port))

    @property
    def wildcard(self) -> bool:
        """Whether that is every address of this machine (0.0.0.0, ::)."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False

    @property
    def bind(self) -> str:
        """As a server wants to read it."""
        return _joined(self.host, self.port)

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        return f"http://{_joined('127.0.0.1' if self.wildcard else self.host, self.port)}/"

    @property
    def public_url(self) -> str:
        """The address for browsers on other machines too, as far as they reach this one."""
        towards_others = lan_address() if self.wildcard else None
        return f"http://{_joined(towards_others, self.port)}/" if towards_others else self.url

    def allowed_hosts(self) -> list[str]:
        """The names by which the shop may be asked for: any, where it listens on every address, whose names nobody knows."""
        return ["*"] if self.wildcard else [f"[{self.host}]" if ":" in self.host else self.host]

    def check(self) -> None:
        """Raise Unusable when nobody can listen here now (a port in TIME_WAIT is free)."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except (OSError, UnicodeError) as error:
                raise Unusable(self._explained(error)) from error

    def _explained(self, error: OSError | UnicodeError) -> str:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        match error:
            case OSError(errno=errno.EADDRINUSE):
                return f"Port {self.port} on {self.host} cannot be used: another program listens there. {CHOOSE}"
            case OSError(errno=errno.EACCES):
                return f"Port {self.port} on {self.host} cannot be used: this user may not listen there. {CHOOSE}"
        return (
            f"“{self.host}” is not an address of this machine ({why}). Leave HOST out, or say HOST=0.0.0.0 for all of them"
        )


def lan_address() -> str | None:
    """The address by which other machines reach this one; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Only asks the routing table.
            probe.connect(ELSEWHERE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
