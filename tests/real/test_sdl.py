"""SDL by its header: its version, a clock, memory as a file."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def sdl() -> Any:
    return installed(["libSDL2-2.0.so.0"], "SDL2/SDL.h", "libsdl2-2.0-0")


def test_nothing_is_begun_and_ended(sdl: Any) -> None:
    assert sdl.SDL_Init(0) == 0
    assert sdl.SDL_WasInit(sdl.SDL_INIT_VIDEO) == 0
    version = sdl.types.SDL_version()
    sdl.SDL_GetVersion(version)
    assert version.major == sdl.SDL_MAJOR_VERSION == 2
    before = sdl.SDL_GetTicks64()
    sdl.SDL_Delay(2)
    assert sdl.SDL_GetTicks64() > before
    sdl.SDL_Quit()


def test_memory_as_a_file(sdl: Any) -> None:
    memory = bytearray(b"abcdefgh")
    file = sdl.SDL_RWFromMem(memory, len(memory))
    room = bytearray(4)
    assert farcall.function(file.read)(file, room, 1, 4) == 4
    assert room == b"abcd"
    assert sdl.SDL_RWtell(file) == 4
    assert sdl.SDL_RWclose(file) == 0


def test_an_event_filter(sdl: Any) -> None:
    sdl.SDL_Init(sdl.SDL_INIT_EVENTS)
    seen: list[int] = []

    def keep(user: Any, event: Any) -> int:
        seen.append(event.type)
        return 1

    kind = sdl.types.SDL_EventFilter
    kept = kind(farcall.Closure(keep, kind))
    sdl.SDL_SetEventFilter(kept, None)
    event = sdl.types.SDL_Event()
    event.type = sdl.SDL_USEREVENT
    assert sdl.SDL_PushEvent(event) == 1
    assert sdl.SDL_USEREVENT in seen
    sdl.SDL_SetEventFilter(None, None)
    sdl.SDL_Quit()
