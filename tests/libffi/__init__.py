"""libffi's own test programs, run against farcall: `python -m tests.libffi`."""
