"""The names of the MIPS registers, as o32 has them: plain ints, as the instruction bits number them. n64 calls T0 to T3 a4 to a7,
and T4 to T7 t0 to t3."""

# General registers; ZERO reads as 0 and forgets what is written.
ZERO, AT, V0, V1, A0, A1, A2, A3 = range(8)
T0, T1, T2, T3, T4, T5, T6, T7 = range(8, 16)
S0, S1, S2, S3, S4, S5, S6, S7 = range(16, 24)
T8, T9, K0, K1, GP, SP, FP, RA = range(24, 32)

# Floating-point registers.
F0, F1, F2, F3, F4, F5, F6, F7 = range(8)
F8, F9, F10, F11, F12, F13, F14, F15 = range(8, 16)
F16, F17, F18, F19, F20, F21, F22, F23 = range(16, 24)
F24, F25, F26, F27, F28, F29, F30, F31 = range(24, 32)
