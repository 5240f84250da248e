"""Decisions of the order register: pure, without file, network, clock or environment."""
