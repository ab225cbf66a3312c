# SPDX-License-Identifier: GPL-2.0-only
"""The configuration of the SCSI target as one file.

document (a file) -> state (objects, values, links) -> plan (steps) -> execute
(the kernel's tree).  Only live, execute, store, lock and the commands that
show something touch the machine; everything else is pure.
"""
