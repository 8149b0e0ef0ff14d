"""PyInstaller's hook: a program that imports farcall gets all of it."""

from farcall.pyinstaller import modules

hiddenimports = modules()
