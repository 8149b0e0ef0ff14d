"""The names of the AArch64 registers and conditions: plain ints, as the instruction bits number them.

General register 31 is the zero register or the stack pointer: the instruction says which (Arm ARM, C1.2.5).
"""

# General registers. The number does not say the width: `bits` does (X0 at 32 bits is w0).
X0, X1, X2, X3, X4, X5, X6, X7 = range(8)
X8, X9, X10, X11, X12, X13, X14, X15 = range(8, 16)
X16, X17, X18, X19, X20, X21, X22, X23 = range(16, 24)
X24, X25, X26, X27, X28, X29, X30 = range(24, 31)
XZR = SP = 31
IP0, IP1, FP, LR = X16, X17, X29, X30

# Vector registers; b, h, s, d and q are the lower 8, 16, 32, 64 and all 128 bits of the same one.
V0, V1, V2, V3, V4, V5, V6, V7 = range(8)
V8, V9, V10, V11, V12, V13, V14, V15 = range(8, 16)
V16, V17, V18, V19, V20, V21, V22, V23 = range(16, 24)
V24, V25, V26, V27, V28, V29, V30, V31 = range(24, 32)

# Conditions of b_cond, csel and cset; `condition ^ 1` is the opposite, but AL has none.
# LO, HS, LS, HI compare unsigned; LT, GE, LE, GT signed.
EQ, NE, HS, LO, MI, PL, VS, VC, HI, LS, GE, LT, GT, LE, AL = range(15)
