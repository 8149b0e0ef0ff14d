"""The names of the x86-64 registers and conditions: plain ints, as the instruction bits number them."""

# General registers. The number does not say the width: `bits` does (RSP at 8 bits is SPL).
RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI = range(8)
R8, R9, R10, R11, R12, R13, R14, R15 = range(8, 16)

# Vector registers; the same number is the YMM and ZMM register around it. 16 and up exist in EVEX forms only.
XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7 = range(8)
XMM8, XMM9, XMM10, XMM11, XMM12, XMM13, XMM14, XMM15 = range(8, 16)
XMM16, XMM17, XMM18, XMM19, XMM20, XMM21, XMM22, XMM23 = range(16, 24)
XMM24, XMM25, XMM26, XMM27, XMM28, XMM29, XMM30, XMM31 = range(24, 32)

# Conditions of jcc, setcc and cmovcc; `condition ^ 1` is the opposite.
# B, AE, BE, A compare unsigned; L, GE, LE, G signed.
CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A = range(8)
CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G = range(8, 16)
