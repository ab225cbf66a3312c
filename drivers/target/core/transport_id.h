/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_TRANSPORT_ID_H
#define TARGET_TRANSPORT_ID_H

#include <linux/types.h>

struct target_cursor;

#define TARGET_TRANSPORT_ID_NAME	223
#define TARGET_TRANSPORT_ID_ISID	6
/* Longest one on the wire: an iSCSI name, ",i,0x", 12 digits, NUL, padding */
#define TARGET_TRANSPORT_ID_WIRE	248
/* Longest text: a name of which each byte is escaped, and an ISID */
#define TARGET_TRANSPORT_ID_TEXT	(TARGET_TRANSPORT_ID_NAME * 3 + 24)

/**
 * struct target_transport_id - an initiator port, whatever the protocol
 * @proto: SCSI protocol identifier
 * @len: bytes of @id
 * @has_isid: @isid is valid; without it, every port of an iSCSI initiator
 * @isid: iSCSI: initiator part of the session identifier
 * @id: iSCSI: name of the node, no NUL; else the port's identifier
 */
struct target_transport_id {
	u8	proto;
	u8	len;
	bool	has_isid;
	u8	isid[TARGET_TRANSPORT_ID_ISID];
	u8	id[TARGET_TRANSPORT_ID_NAME];
};

void target_transport_id_name(struct target_transport_id *tid, u8 proto,
			      const char *name);
void target_transport_id_isid(struct target_transport_id *tid, const u8 *isid,
			      size_t len);
bool target_transport_id_equal(const struct target_transport_id *a,
			       const struct target_transport_id *b);
bool target_transport_id_covers(const struct target_transport_id *tid,
				const struct target_transport_id *port);
bool target_transport_id_parse(struct target_cursor *c,
			       struct target_transport_id *tid);
void target_transport_id_build(struct target_cursor *c,
			       const struct target_transport_id *tid);
size_t target_transport_id_print(const struct target_transport_id *tid,
				 char *text, size_t size);
bool target_transport_id_scan(struct target_transport_id *tid, u8 proto,
			      const char *text, size_t len);

#endif /* TARGET_TRANSPORT_ID_H */
