"""The names of the i386 registers and conditions: plain ints, as the instruction bits number them."""

# General registers. The number does not say the width: `bits` does. Only the first four have a low byte.
EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI = range(8)
AL, CL, DL, BL = range(4)

# Vector registers; the same number is the YMM and ZMM register around it. MMX registers lie in the x87's.
XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7 = range(8)
MM0, MM1, MM2, MM3, MM4, MM5, MM6, MM7 = range(8)

# Conditions of jcc, setcc and cmovcc; `condition ^ 1` is the opposite.
# B, AE, BE, A compare unsigned; L, GE, LE, G signed.
CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A = range(8)
CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G = range(8, 16)
