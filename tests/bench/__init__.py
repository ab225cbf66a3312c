# SPDX-License-Identifier: GPL-2.0-only
"""Instructions per I/O and throughput, of the stock target and of this one."""
