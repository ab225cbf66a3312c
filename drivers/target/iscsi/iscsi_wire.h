/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the iSCSI wire format (RFC 7143, RFC 7144) that
 * <scsi/iscsi_proto.h> does not have, and proof that the structures it has
 * are as long as the wire says.
 */
#ifndef ISCSIT_WIRE_H
#define ISCSIT_WIRE_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include <scsi/iscsi_proto.h>

/**
 * enum iscsit_login_status - Status-Class (high byte) and Status-Detail
 *
 * RFC 7143 11.13.5.  Every pure part of the login says what is wrong in this
 * form, so that nothing has to translate on the way to the Login Response.
 *
 * @ISCSIT_LOGIN_OK: login goes on
 * @ISCSIT_LOGIN_MOVED_TEMP: target moved temporarily, see TargetAddress
 * @ISCSIT_LOGIN_MOVED_PERM: target moved for good, see TargetAddress
 * @ISCSIT_LOGIN_INIT_ERR: miscellaneous initiator error, protocol errors too
 * @ISCSIT_LOGIN_AUTH_FAILED: not authenticated, or no common AuthMethod
 * @ISCSIT_LOGIN_FORBIDDEN: initiator is not allowed to use the target
 * @ISCSIT_LOGIN_NO_TARGET: no such target
 * @ISCSIT_LOGIN_REMOVED: target removed, no forwarding address
 * @ISCSIT_LOGIN_VERSION: no common protocol version
 * @ISCSIT_LOGIN_TOO_MANY_CONNS: too many connections on this ISID
 * @ISCSIT_LOGIN_MISSING: a mandatory key is missing
 * @ISCSIT_LOGIN_CANT_INCLUDE: connection cannot join the session
 * @ISCSIT_LOGIN_SESSION_TYPE: session type not supported
 * @ISCSIT_LOGIN_NO_SESSION: session named by TSIH does not exist
 * @ISCSIT_LOGIN_INVALID: request type is not valid during login
 * @ISCSIT_LOGIN_TARGET_ERR: target hardware or software error
 * @ISCSIT_LOGIN_UNAVAILABLE: service unavailable for now
 * @ISCSIT_LOGIN_NO_RESOURCES: session, connection or memory limit reached
 */
enum iscsit_login_status {
	ISCSIT_LOGIN_OK			= 0x0000,
	ISCSIT_LOGIN_MOVED_TEMP		= 0x0101,
	ISCSIT_LOGIN_MOVED_PERM		= 0x0102,
	ISCSIT_LOGIN_INIT_ERR		= 0x0200,
	ISCSIT_LOGIN_AUTH_FAILED	= 0x0201,
	ISCSIT_LOGIN_FORBIDDEN		= 0x0202,
	ISCSIT_LOGIN_NO_TARGET		= 0x0203,
	ISCSIT_LOGIN_REMOVED		= 0x0204,
	ISCSIT_LOGIN_VERSION		= 0x0205,
	ISCSIT_LOGIN_TOO_MANY_CONNS	= 0x0206,
	ISCSIT_LOGIN_MISSING		= 0x0207,
	ISCSIT_LOGIN_CANT_INCLUDE	= 0x0208,
	ISCSIT_LOGIN_SESSION_TYPE	= 0x0209,
	ISCSIT_LOGIN_NO_SESSION		= 0x020a,
	ISCSIT_LOGIN_INVALID		= 0x020b,
	ISCSIT_LOGIN_TARGET_ERR		= 0x0300,
	ISCSIT_LOGIN_UNAVAILABLE	= 0x0301,
	ISCSIT_LOGIN_NO_RESOURCES	= 0x0302,
};

/* Task management response of RFC 7144 4.2.2 */
#define ISCSIT_TMF_RSP_SUCCEEDED	7

/* Bytes of zero that follow a segment of @len bytes (RFC 7143 11.1) */
static inline u32 iscsit_wire_pad(u32 len)
{
	return -len & (ISCSI_PAD_LEN - 1);
}

static_assert(sizeof(struct iscsi_hdr) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_scsi_req) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_scsi_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_tm) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_tm_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_data) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_data_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_r2t_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_async) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_text) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_text_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_login_req) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_login_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_logout) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_logout_rsp) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_snack) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_reject) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_nopout) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_nopin) == ISCSI_HDR_LEN);
static_assert(sizeof(struct iscsi_rlength_ahdr) == 8);
static_assert(offsetof(struct iscsi_ecdb_ahdr, ecdb) == 4);

#endif /* ISCSIT_WIRE_H */
