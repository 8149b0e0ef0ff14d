"""The names of the RISC-V registers, as the psABI has them: plain ints, as the instruction bits number them."""

# General registers x0 to x31; ZERO reads as 0 and forgets what is written.
ZERO, RA, SP, GP, TP, T0, T1, T2 = range(8)
S0, S1, A0, A1, A2, A3, A4, A5 = range(8, 16)
A6, A7, S2, S3, S4, S5, S6, S7 = range(16, 24)
S8, S9, S10, S11, T3, T4, T5, T6 = range(24, 32)
FP = S0

# Floating-point registers f0 to f31.
FT0, FT1, FT2, FT3, FT4, FT5, FT6, FT7 = range(8)
FS0, FS1, FA0, FA1, FA2, FA3, FA4, FA5 = range(8, 16)
FA6, FA7, FS2, FS3, FS4, FS5, FS6, FS7 = range(16, 24)
FS8, FS9, FS10, FS11, FT8, FT9, FT10, FT11 = range(24, 32)
