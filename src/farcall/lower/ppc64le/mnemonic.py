"""Which instruction an encoder writes and what its operands are, as objdump has them without extended mnemonics."""

from __future__ import annotations

__all__ = ["BITS", "ROWS"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r general register, rr the same one twice; f floating-point register; v vector register, V as one of the vector-scalar
#:   registers, VV that twice
#:   b base, m base and offset, d decimal, also of a pair that reaches the pool, n decimal
#:   j a distance as its target, c a bit of the condition register
#: Others are words of the instruction's own.
ROWS = {
    "add": "add r r r", "subf": "subf r r r", "mulld": "mulld r r r", "and_": "and r r r", "or_": "or r r r",
    "xor": "xor r r r", "neg": "neg r r", "extsb": "extsb r r", "extsh": "extsh r r", "extsw": "extsw r r", "mr": "or r rr",
    "addi": "addi r b d", "addis": "addis r b d", "addic": "addic r r d", "mulli": "mulli r r d",
    "li": "addi r 0 d", "lis": "addis r 0 d",
    "ori": "ori r r d", "oris": "oris r r d", "xori": "xori r r d", "xoris": "xoris r r d", "andi": "andi. r r d",
    "andis": "andis. r r d", "rldicl": "rldicl r r d d", "rldicr": "rldicr r r d d", "sradi": "sradi r r d",
    "cmpd": "cmp cr0 1 r r", "cmpld": "cmpl cr0 1 r r", "cmpw": "cmp cr0 0 r r", "cmplw": "cmpl cr0 0 r r",
    "cmpdi": "cmpi cr0 1 r d", "cmpldi": "cmpli cr0 1 r d", "cmpwi": "cmpi cr0 0 r d", "cmplwi": "cmpli cr0 0 r d",
    "lbz": "lbz r m", "lhz": "lhz r m", "lha": "lha r m", "lwz": "lwz r m", "lwa": "lwa r m", "ld": "ld r m",
    "stb": "stb r m", "sth": "sth r m", "stw": "stw r m", "std": "std r m", "stdu": "stdu r m",
    "lfs": "lfs f m", "lfd": "lfd f m", "stfs": "stfs f m", "stfd": "stfd f m",
    "ldx": "ldx r r r", "lwax": "lwax r r r", "lwzx": "lwzx r r r", "lhax": "lhax r r r", "lhzx": "lhzx r r r",
    "lbzx": "lbzx r r r", "stdx": "stdx r r r", "stwx": "stwx r r r", "sthx": "sthx r r r", "stbx": "stbx r r r",
    "lfsx": "lfsx f r r", "lfdx": "lfdx f r r", "stfsx": "stfsx f r r", "stfdx": "stfdx f r r",
    "b": "b j", "bc": "bc n c j", "bctr": "bcctr 20 lt 0", "bctrl": "bcctrl 20 lt 0", "blr": "bclr 20 lt 0",
    "mflr": "mfspr r 8", "mtlr": "mtspr 8 r", "mtctr": "mtspr 9 r", "ldarx": "ldarx r 0 r 0", "stdcx": "stdcx. r 0 r",
    "sync": "sync 0", "isync": "isync", "dcbst": "dcbst 0 r", "icbi": "icbi 0 r", "nop": "ori r0 r0 0",
    "trap": "tw 31 r0 r0", "fmr": "fmr f f", "frsp": "frsp f f", "lxvd2x": "lxvd2x V r r", "stxvd2x": "stxvd2x V r r",
    "xxswapd": "xxpermdi V VV 2", "vor": "vor v v v",
}  # fmt: skip

#: The bits of a condition field.
BITS = ("lt", "gt", "eq", "so")
