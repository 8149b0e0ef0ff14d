"""Other libraries' interfaces over farcall's rooms: programs that are written for them run unchanged."""
