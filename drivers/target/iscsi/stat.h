/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ISCSIT_STAT_H
#define ISCSIT_STAT_H

struct iscsit_acl;
struct iscsit_target;

void iscsit_stat_add_target(struct iscsit_target *target);
void iscsit_stat_add_acl(struct iscsit_acl *acl);

#endif /* ISCSIT_STAT_H */
