"""Tests of the raw door."""
