/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the target core calls.
 */
#ifndef ISCSIT_FABRIC_H
#define ISCSIT_FABRIC_H

#include <target/target_core_fabric.h>

char *iscsit_fabric_wwn(struct se_portal_group *se_tpg);
u16 iscsit_fabric_tag(struct se_portal_group *se_tpg);
u32 iscsit_fabric_inst(struct se_portal_group *se_tpg);
u32 iscsit_fabric_depth(struct se_portal_group *se_tpg);
int iscsit_fabric_demo_mode(struct se_portal_group *se_tpg);
int iscsit_fabric_demo_cache(struct se_portal_group *se_tpg);
int iscsit_fabric_demo_read_only(struct se_portal_group *se_tpg);
int iscsit_fabric_prod_read_only(struct se_portal_group *se_tpg);
int iscsit_fabric_prot_type(struct se_portal_group *se_tpg);

int iscsit_fabric_write_pending(struct se_cmd *se_cmd);
int iscsit_fabric_queue_data_in(struct se_cmd *se_cmd);
int iscsit_fabric_queue_status(struct se_cmd *se_cmd);
void iscsit_fabric_queue_tm_rsp(struct se_cmd *se_cmd);
void iscsit_fabric_aborted_task(struct se_cmd *se_cmd);
int iscsit_fabric_check_stop_free(struct se_cmd *se_cmd);
void iscsit_fabric_release_cmd(struct se_cmd *se_cmd);

void iscsit_fabric_close_session(struct se_session *se_sess);
u32 iscsit_fabric_sess_index(struct se_session *se_sess);
u32 iscsit_fabric_sess_isid(struct se_session *se_sess, unsigned char *buf,
			    u32 size);
void iscsit_fabric_init_acl(struct se_node_acl *se_nacl);

#endif /* ISCSIT_FABRIC_H */
