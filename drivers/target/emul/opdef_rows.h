/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the table of commands have in common */
#ifndef TARGET_OPDEF_ROWS_H
#define TARGET_OPDEF_ROWS_H

/* A command with an ALLOCATION LENGTH */
#define ASKS								\
	.dir = DMA_FROM_DEVICE, .data = TARGET_DATA_BYTES,		\
	.timeout = TARGET_TIMEOUT_STATE

int target_opdef_primary_init(void);
int target_opdef_copy_init(void);
int target_opdef_block_init(void);

#endif /* TARGET_OPDEF_ROWS_H */
