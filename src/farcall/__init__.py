"""Call any C function from Python, in generated machine code."""

__version__ = "0.1.0"
