"""Which instruction an encoder writes and what its operands are, as objdump has them."""

from __future__ import annotations

__all__ = ["CONDITIONS", "ROWS"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r general register, a access register, f floating-point register, v vector register
#:   M base, offset, index; m base, offset
#:   d decimal, u decimal of 32 unsigned bits, b of 8; j a distance as its target; e behind a memory's base and offset: element
#:   c a mask, which is part of the mnemonic
ROWS = {
    "lgr": "lgr r r", "ear": "ear r a", "lcgr": "lcgr r r", "lgbr": "lgbr r r", "lghr": "lghr r r", "lgfr": "lgfr r r",
    "llgcr": "llgcr r r", "llghr": "llghr r r", "llgfr": "llgfr r r", "agr": "agr r r", "sgr": "sgr r r",
    "ngr": "ngr r r", "ogr": "ogr r r", "xgr": "xgr r r", "msgr": "msgr r r",
    "cgr": "cgr r r", "clgr": "clgr r r", "cr": "cr r r", "clr": "clr r r",
    "lghi": "lghi r d", "aghi": "aghi r d", "lgfi": "lgfi r d", "agfi": "agfi r d", "msgfi": "msgfi r d",
    "cgfi": "cgfi r d", "cfi": "cfi r d", "llilf": "llilf r u", "llihf": "llihf r u", "iilf": "iilf r u",
    "nilf": "nilf r u", "nihf": "nihf r u", "oilf": "oilf r u", "oihf": "oihf r u", "xilf": "xilf r u",
    "xihf": "xihf r u", "clgfi": "clgfi r u", "clfi": "clfi r u",
    "sllg": "sllg r r d", "srlg": "srlg r r d", "srag": "srag r r d",
    "lg": "lg r M", "lgf": "lgf r M", "llgf": "llgf r M", "lgh": "lgh r M", "llgh": "llgh r M", "lgb": "lgb r M",
    "llgc": "llgc r M", "lay": "lay r M", "stg": "stg r M", "sty": "sty r M", "sthy": "sthy r M", "stcy": "stcy r M",
    "ley": "ley f M", "ldy": "ldy f M", "stey": "stey f M", "stdy": "stdy f M",
    "mvghi": "mvghi m d", "mvhi": "mvhi m d", "mvhhi": "mvhhi m d", "mviy": "mviy m b",
    "stmg": "stmg r r m", "lmg": "lmg r r m", "csg": "csg r r m",
    "larl": "larl r j", "lgrl": "lgrl r j", "cgrl": "cgrl r j", "clgrl": "clgrl r j",
    "brcl": "jg{c} c j", "jg": "jg j", "br": "br r", "basr": "basr r r",
    "ldgr": "ldgr f r", "lgdr": "lgdr r f", "ldr": "ldr f f", "ledbr": "ledbr f f", "ldebr": "ldebr f f",
    "vl": "vl v m", "vst": "vst v m", "vlr": "vlr v v",
    "vleb": "vleb v m d", "vleh": "vleh v m d", "vlef": "vlef v m d", "vleg": "vleg v m d",
    "vsteb": "vsteb v m d", "vsteh": "vsteh v m d", "vstef": "vstef v m d", "vsteg": "vsteg v m d",
}  # fmt: skip

#: Masks as the end of a mnemonic: codes 0, 1, 2 and 3 from the left.
CONDITIONS = ("nop", "o", "h", "nle", "l", "nhe", "lh", "ne", "e", "nlh", "he", "nl", "le", "nh", "no", "")
