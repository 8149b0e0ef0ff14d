"""The numbers of z/Architecture's registers, as the instruction bits have them. As a base or an index, register 0 stands
for none."""

# General registers: R14 has the return address, R15 is the stack pointer.
R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15 = range(16)

# Floating-point registers: the left halves of vector registers 0 to 15.
F0, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13, F14, F15 = range(16)

# Vector registers.
V0, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13, V14, V15 = range(16)
V16, V17, V18, V19, V20, V21, V22, V23, V24, V25, V26, V27, V28, V29, V30, V31 = range(16, 32)

# Masks of `brcl`: a bit for each condition code, 0 (equal) the leftmost, then 1 (low) and 2 (high).
ALWAYS, EQUAL, LOW, HIGH = 15, 8, 4, 2
NOT_EQUAL, NOT_LOW, NOT_HIGH = 7, 11, 13
