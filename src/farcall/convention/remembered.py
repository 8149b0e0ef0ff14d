"""How many answers are remembered, of those that are asked for again: the last ones. A number that is too small costs time,
not truth, and keeps no type of a library that is gone for long."""

from __future__ import annotations

__all__ = ["PLACEMENTS", "SHAPES"]

#: Placements. Every routine asks for those of the functions that generated code calls, some hundred in all; a binding asks
#: a few times for that of its own signature, then no more. So it does not matter how many functions a program has.
PLACEMENTS = 512
#: How values of a type are classified. In the signatures of a program, however many these are, the same few numbers, and
#: pointers to a few hundred structs, come again and again; what else there is takes microseconds.
SHAPES = 1024
