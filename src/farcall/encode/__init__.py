"""One instruction in, its bytes out. One package per CPU; nothing here knows what the bytes are for."""
