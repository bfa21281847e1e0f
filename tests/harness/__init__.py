"""What tests stand on: environment, databases, browsers, servers. Nothing here knows a domain rule."""
