// SPDX-License-Identifier: GPL-2.0-only
/*
 * PERSISTENT RESERVE IN (SPC-5 6.15): the state as parameter data.
 */
#include <linux/slab.h>
#include "../core/data.h"
#include "cdb.h"
#include "handlers.h"
#include "resv_conflict.h"
#include "resv_lu.h"
#include "resv_out.h"
#include "resv_pass.h"

#define HEADER_LEN		8
#define RESERVATION_LEN		16
#define FULL_LEN		24
/* what one registration takes at most */
#define FULL_MAX		(FULL_LEN + TARGET_TRANSPORT_ID_WIRE)

/* byte 12 of a full status descriptor */
#define R_HOLDER		0x01

/* REPORT CAPABILITIES: byte 2 */
#define RLR_C			0x80
#define CRH			0x10
#define SIP_C			0x08
#define ATP_C			0x04
#define PTPL_C			0x01
/* byte 3 */
#define TMV			0x80
/* TEST UNIT READY runs; nothing is said of others (SPC-4 table 177) */
#define ALLOW_COMMANDS		0x10
#define PTPL_A			0x01

static void put64(struct target_cursor *c, u64 value)
{
	u8 *p = target_cursor_take(c, 8);

	if (p)
		put_unaligned_be64(value, p);
}

static void put_keys(struct target_cmd *cmd, const struct target_resv *state,
		     struct target_cursor *c)
{
	unsigned int i;

	for (i = 0; i < state->count; i++)
		put64(c, state->regs[i].key);
}

static void put_reservation(struct target_cmd *cmd,
			    const struct target_resv *state,
			    struct target_cursor *c)
{
	u8 *p;

	if (!state->type)
		return;
	p = target_cursor_take(c, RESERVATION_LEN);
	if (!p)
		return;
	/* that of all registrants has no key (SPC-4 6.15.3.2) */
	if (state->holder >= 0)
		put_unaligned_be64(state->regs[state->holder].key, p);
	p[13] = state->type;
}

/*
 * The number that a port has now, which may not be the one that it had when
 * the registration was made.
 */
static u16 rtpi_of(struct target_dev *dev, const struct target_resv_port *port)
{
	struct target_resv_nexus nexus;
	struct target_itl *itl;
	unsigned long flags;
	u16 rtpi = port->rtpi;

	spin_lock_irqsave(&dev->itl_lock, flags);
	list_for_each_entry(itl, &dev->itls, dev_node) {
		target_resv_lu_nexus(itl->sess, &nexus);
		if (target_resv_same_port(&nexus.port, port)) {
			rtpi = nexus.port.rtpi;
			break;
		}
	}
	spin_unlock_irqrestore(&dev->itl_lock, flags);
	return rtpi;
}

/* Registrations are kept for each port, so ALL_TG_PT is always 0. */
static void put_full(struct target_cmd *cmd, const struct target_resv *state,
		     struct target_cursor *c)
{
	const struct target_resv_reg *reg;
	unsigned int i;
	size_t at;
	u8 *p;

	for (i = 0; i < state->count; i++) {
		reg = &state->regs[i];
		p = target_cursor_take(c, FULL_LEN);
		if (!p)
			return;
		put_unaligned_be64(reg->key, p);
		if (target_resv_holds(state, i)) {
			p[12] = R_HOLDER;
			p[13] = state->type;
		}
		put_unaligned_be16(rtpi_of(cmd_dev(cmd), &reg->nexus.port),
				   p + 18);
		at = c->pos;
		target_transport_id_build(c, &reg->nexus.initiator);
		put_unaligned_be32(c->pos - at, p + 20);
	}
}

/* An answer with PRGENERATION, and a list of unknown length */
static sense_reason_t list(struct target_cmd *cmd, size_t each,
			   void (*put)(struct target_cmd *cmd,
				       const struct target_resv *state,
				       struct target_cursor *c))
{
	struct target_resv *state = target_resv_lu_get(cmd_dev(cmd));
	size_t room = HEADER_LEN + max(state->count * each, RESERVATION_LEN);
	struct target_cursor c;
	u8 *header;

	cmd->scratch = kvzalloc(room, GFP_KERNEL);
	if (!cmd->scratch) {
		target_resv_lu_put(state);
		return TCM_OUT_OF_RESOURCES;
	}
	target_cursor_init(&c, cmd->scratch, room);
	header = target_cursor_take(&c, HEADER_LEN);
	put(cmd, state, &c);
	put_unaligned_be32(state->generation, header);
	put_unaligned_be32(c.pos - HEADER_LEN, header + 4);
	target_resv_lu_put(state);
	target_data_put(cmd, cmd->scratch, c.pos);
	return TCM_NO_SENSE;
}

sense_reason_t target_resv_in_keys(struct target_cmd *cmd)
{
	if (target_resv_pass_on(cmd_dev(cmd)))
		return target_resv_out_defer(cmd);
	return list(cmd, sizeof(u64), put_keys);
}

sense_reason_t target_resv_in_reservation(struct target_cmd *cmd)
{
	if (target_resv_pass_on(cmd_dev(cmd)))
		return target_resv_out_defer(cmd);
	return list(cmd, 0, put_reservation);
}

sense_reason_t target_resv_in_full(struct target_cmd *cmd)
{
	return list(cmd, FULL_MAX, put_full);
}

sense_reason_t target_resv_in_capabilities(struct target_cmd *cmd)
{
	struct target_resv *state = target_resv_lu_get(cmd_dev(cmd));
	u8 buf[8] = { 0, sizeof(buf) };

	/* what the backing device can do besides is not known */
	if (!target_resv_pass_on(cmd_dev(cmd))) {
		buf[2] = RLR_C | CRH | SIP_C | ATP_C | PTPL_C;
		buf[3] = TMV | ALLOW_COMMANDS | (state->aptpl ? PTPL_A : 0);
		put_unaligned_be16(target_resv_conflict_types(), buf + 4);
	}
	target_resv_lu_put(state);
	target_data_put(cmd, buf, sizeof(buf));
	return TCM_NO_SENSE;
}
