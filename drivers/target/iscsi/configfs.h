/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_CONFIGFS_H
#define ISCSIT_CONFIGFS_H

extern const struct target_core_fabric_ops iscsit_configfs_ops;

#endif /* ISCSIT_CONFIGFS_H */
