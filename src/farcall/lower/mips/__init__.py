"""What MIPS's CPUs of either width have in common: `machine` and `width` say how they do what the engine asks, `thunk` makes a
closure's own bytes, `frames` describes their frames, `facts` what is to be known around their code, `listing` prints."""
