"""What ordinary programs do all day, beside the peers: arguments, helpers, closures, construction, binding.

    python -m bench.everyday [--quick] [NAME...]

A module for each group of rows. A row is what farcall's users write and what users of ctypes, of cffi and of C write
for the same, with what farcall is to reach. `make bench` prints the table.
"""
