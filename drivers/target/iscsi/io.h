/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_IO_H
#define ISCSIT_IO_H

#include <linux/workqueue.h>

void iscsit_io_run(struct work_struct *work);

#endif /* ISCSIT_IO_H */
