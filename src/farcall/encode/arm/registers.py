"""The numbers of Arm's registers and conditions, as the instruction bits have them."""

# Core registers: IP may be lost at a call, PC is not a register of all instructions.
R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15 = range(16)
FP, IP, SP, LR, PC = R11, R12, R13, R14, R15

# VFP's single registers, and its double ones, each of which is two of those.
S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15 = range(16)
S16, S17, S18, S19, S20, S21, S22, S23, S24, S25, S26, S27, S28, S29, S30, S31 = range(16, 32)
D0, D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14, D15 = range(16)

# Conditions: of numbers without a sign HS, LO, HI, LS; with one GE, LT, GT, LE.
EQ, NE, HS, LO, MI, PL, VS, VC, HI, LS, GE, LT, GT, LE, AL = range(15)
