/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_NEXUS_H
#define TARGET_NEXUS_H

#include "core.h"

/**
 * struct target_nexus_request - a session that a fabric wants
 * @tag_num: commands in se_session.sess_cmd_map, or 0
 * @tag_size: bytes of each
 * @prot_op: protection operations of the transport
 * @initiatorname: who it is
 * @private: for se_session.fabric_sess_ptr and @callback
 * @callback: called before the session is visible; may refuse it
 */
struct target_nexus_request {
	unsigned int		tag_num;
	unsigned int		tag_size;
	enum target_prot_op	prot_op;
	const char		*initiatorname;
	void			*private;
	int			(*callback)(struct se_portal_group *se_tpg,
					    struct se_session *se_sess,
					    void *private);
};

struct se_session *target_nexus_make(struct se_portal_group *se_tpg,
				     const struct target_nexus_request *req);
void target_nexus_remove(struct se_session *se_sess);

#endif /* TARGET_NEXUS_H */
