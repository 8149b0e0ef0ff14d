"""What a call costs, beside the peers: a hand-written C extension, ctypes, cffi's ABI mode and its API mode.

    python -m bench [--quick] [--json FILE] [ROW...]

Needs gcc, cffi and numpy. Timings are printed, never asserted.
"""
