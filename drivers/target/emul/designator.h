/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_DESIGNATOR_H
#define TARGET_DESIGNATOR_H

#include "../core/data.h"

/**
 * struct target_designator_port - where a logical unit is seen, for VPD 83h
 * @proto_id: SCSI protocol identifier
 * @rtpi: relative target port identifier
 * @tp_group: target port group
 * @lu_group: logical unit group
 * @tag: number of the target port in the target
 * @wwn: name of the target
 */
struct target_designator_port {
	u8		proto_id;
	u16		rtpi;
	u16		tp_group;
	u16		lu_group;
	u16		tag;
	const char	*wwn;
};

void target_designator_unit(struct target_cursor *c,
			    const struct target_ident *ident,
			    const struct target_attribs *attr);
void target_designator_name(struct target_cursor *c, u8 proto_id,
			    const char *wwn, u16 tag);
void target_designator_port(struct target_cursor *c,
			    const struct target_designator_port *port);

#endif /* TARGET_DESIGNATOR_H */
