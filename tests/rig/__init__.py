# SPDX-License-Identifier: GPL-2.0-only
"""Virtual machines that boot in seconds, for the tests and the demonstration."""
