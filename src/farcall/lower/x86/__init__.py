"""What x86-64 and i386 share: `listing` says an instruction of either as text, with the names in `mnemonic`."""
