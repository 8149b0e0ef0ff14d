"""The names of the LoongArch registers, as the procedure call standard has them: plain ints, as the instruction bits
number them."""

# General registers r0 to r31; ZERO reads as 0 and forgets what is written. r21 is nobody's.
ZERO, RA, TP, SP = range(4)
A0, A1, A2, A3, A4, A5, A6, A7 = range(4, 12)
T0, T1, T2, T3, T4, T5, T6, T7, T8 = range(12, 21)
FP = 22
S0, S1, S2, S3, S4, S5, S6, S7, S8 = range(23, 32)

# Floating-point registers f0 to f31.
FA0, FA1, FA2, FA3, FA4, FA5, FA6, FA7 = range(8)
FT0, FT1, FT2, FT3, FT4, FT5, FT6, FT7, FT8, FT9, FT10, FT11, FT12, FT13, FT14, FT15 = range(8, 24)
FS0, FS1, FS2, FS3, FS4, FS5, FS6, FS7 = range(24, 32)
