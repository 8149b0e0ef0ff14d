"""LLVM's C interface by its headers: a function is built, checked and printed."""

from __future__ import annotations

from glob import glob
from typing import Any

import pytest

import farcall
from tests.real.installed import installed

HEADERS = ["llvm-c/Core.h", "llvm-c/Analysis.h"]


@pytest.fixture(scope="module")
def llvm() -> Any:
    places = [found.removesuffix("/llvm-c/Core.h") for found in sorted(glob("/usr/include/llvm-c-*/llvm-c/Core.h"))]
    number = places[-1].rpartition("-")[2] if places else "14"
    return installed([f"LLVM-{number}"], HEADERS, f"llvm-{number}-dev", include_dirs=places[-1:], on_request=True)


def test_a_function_is_built(llvm: Any) -> None:
    module = llvm.LLVMModuleCreateWithName("made")
    whole = llvm.LLVMInt32Type()
    kind = llvm.LLVMFunctionType(whole, farcall.new(llvm.types["LLVMTypeRef[2]"], [whole, whole]), 2, 0)
    add = llvm.LLVMAddFunction(module, "add", kind)
    builder = llvm.LLVMCreateBuilder()
    llvm.LLVMPositionBuilderAtEnd(builder, llvm.LLVMAppendBasicBlock(add, "entry"))
    total = llvm.LLVMBuildAdd(builder, llvm.LLVMGetParam(add, 0), llvm.LLVMGetParam(add, 1), "sum")
    llvm.LLVMBuildRet(builder, total)
    verify = llvm.function("LLVMVerifyModule", out=["OutMessage"])
    wrong, message = verify(module, llvm.LLVMReturnStatusAction)
    assert not wrong
    llvm.LLVMDisposeMessage(message)
    text = llvm.LLVMPrintModuleToString(module)
    assert "%sum = add i32 %0, %1" in farcall.string(text)
    llvm.LLVMDisposeMessage(text)
    llvm.LLVMDisposeBuilder(builder)
    llvm.LLVMDisposeModule(module)
