// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of commands: out of pages into frames, and the other way.
 *
 * Pages are not copied on the way out: a frame refers to them.  They are the
 * command's own, not lent by the backstore: the CRC of a frame is made when it
 * is sent, and a page that changes afterwards would be a frame lost.
 */
#include <linux/crc32.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/skbuff.h>
#include "tcm_fc.h"

/* Most bytes that one XFER_RDY asks for: a burst that switches can hold */
#define MAX_BURST	SZ_256K
/* Initiators give up after 30 s, and say so with ABTS */
#define DATA_TIMEOUT	(45 * HZ)

static void begin_data(struct tcm_fc_cmd *cmd)
{
	cmd->sg = cmd->se.t_data_sg;
	cmd->sg_off = 0;
}

/* The next piece of a page, at most @len bytes; its length in @len. */
static struct page *next_piece(struct tcm_fc_cmd *cmd, u32 *len, u32 *off)
{
	struct page *page;

	if (cmd->sg_off == cmd->sg->length) {
		cmd->sg = sg_next(cmd->sg);
		cmd->sg_off = 0;
	}
	page = sg_page(cmd->sg);
	*off = cmd->sg->offset + cmd->sg_off;
	*len = min(*len, cmd->sg->length - cmd->sg_off);
	cmd->sg_off += *len;
	return page;
}

/* -------------------------------------------------------------- data-in -- */

/* Frames but the last are whole words; disks' data is better off in blocks. */
static u32 frame_len(struct tcm_fc_cmd *cmd)
{
	const struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	u32 len = cmd->max_payload;

	if (lport->seq_offload)
		len = min_t(u32, lport->lso_max, FC_FRAME_SG_LEN * PAGE_SIZE / 2);
	return len >= SECTOR_SIZE ? round_down(len, SECTOR_SIZE) :
				    round_down(len, 4);
}

static struct fc_frame *copy_frame(struct tcm_fc_cmd *cmd, u32 len)
{
	struct fc_frame *fp = fc_frame_alloc(tcm_fc_cmd_lport(cmd), len);
	u32 piece, off;
	u8 *to;

	if (!fp)
		return NULL;
	to = fc_frame_payload_get(fp, len);
	for (; len; len -= piece, to += piece) {
		struct page *page;

		piece = len;
		page = next_piece(cmd, &piece, &off);
		memcpy_from_page(to, page, off, piece);
	}
	return fp;
}

static struct fc_frame *page_frame(struct tcm_fc_cmd *cmd, u32 len)
{
	struct fc_frame *fp = fc_frame_alloc(tcm_fc_cmd_lport(cmd), 0);
	struct sk_buff *skb;
	u32 piece, off;

	if (!fp)
		return NULL;
	skb = fp_skb(fp);
	for (; len; len -= piece) {
		struct page *page;

		piece = len;
		page = next_piece(cmd, &piece, &off);
		get_page(page);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, off,
				piece, PAGE_SIZE);
	}
	return fp;
}

/* A frame that has to be filled up to whole words must be in one piece. */
static struct fc_frame *make_frame(struct tcm_fc_cmd *cmd, u32 len)
{
	const struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	struct fc_frame *fp;

	if (!lport->sg_supp || len % 4)
		return copy_frame(cmd, len);
	fp = page_frame(cmd, len);
	if (fp && lport->seq_offload)
		fr_max_payload(fp) = cmd->max_payload;
	return fp;
}

/*
 * Come again later, unless the session ends: its initiator takes no more, and
 * the local port, if it goes, waits for this exchange.
 */
static int later(struct tcm_fc_cmd *cmd, int error)
{
	return percpu_ref_is_dying(&cmd->sess->users) ? -ENXIO : error;
}

/* Returns 0, -EAGAIN or -ENOMEM to go on later, -ENXIO if nobody listens. */
static int send_data(struct tcm_fc_cmd *cmd)
{
	const struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	u32 total = cmd->se.data_length;
	u32 step = frame_len(cmd);

	while (cmd->moved < total) {
		u32 len = min(step, total - cmd->moved);
		bool last = cmd->moved + len == total;
		struct fc_frame *fp;

		if (READ_ONCE(lport->qfull))
			return later(cmd, -EAGAIN);
		fp = make_frame(cmd, len);
		if (!fp)
			return later(cmd, -ENOMEM);
		if (tcm_fc_cmd_send(cmd, fp, FC_RCTL_DD_SOL_DATA,
				    FC_FC_REL_OFF | (last ? FC_FC_END_SEQ : 0),
				    cmd->moved))
			return -ENXIO;
		cmd->moved += len;
	}
	return 0;
}

/**
 * tcm_fc_io_data_in - send the data of a command, and its status
 * @se: command; may have sent some of it before
 *
 * Context: process.
 * Return: 0, or -EAGAIN or -ENOMEM to be called again
 */
int tcm_fc_io_data_in(struct se_cmd *se)
{
	struct tcm_fc_cmd *cmd = to_fc_cmd(se);
	int ret;

	if (!cmd->moved) {
		begin_data(cmd);
		fc_seq_start_next(cmd->seq);
	}
	ret = send_data(cmd);
	/* what REC (FCP-4 8.3) tells of the exchange */
	cmd->seq->rec_data = cmd->moved;
	if (ret == -ENXIO) {
		tcm_fc_cmd_end(cmd);
		return 0;
	}
	return ret ?: tcm_fc_cmd_status(se);
}

/* ------------------------------------------------------------- data-out -- */

static void execute_work(struct work_struct *work)
{
	struct tcm_fc_cmd *cmd = container_of(work, struct tcm_fc_cmd, work);

	target_execute_cmd(&cmd->se);
	tcm_fc_cmd_drop(cmd);
}

/* Large receive offload, if the local port has it for this exchange */
static void set_ddp(struct tcm_fc_cmd *cmd)
{
	struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	u16 xid = fc_seq_exch(cmd->seq)->xid;

	if (lport->lro_enabled && lport->tt.ddp_target && xid <= lport->lro_xid)
		cmd->ddp = lport->tt.ddp_target(lport, xid, cmd->se.t_data_sg,
						cmd->se.t_data_nents);
}

/* Ask for the next burst, or with DDP, which sees one sequence, for all. */
static int ask(struct tcm_fc_cmd *cmd)
{
	struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	struct fc_frame *fp = fc_frame_alloc(lport, FCP_TXRDY_LEN);
	struct fcp_txrdy *rdy;
	u32 len;

	if (!fp)
		return -ENOMEM;
	len = cmd->se.data_length - cmd->moved;
	if (!cmd->ddp)
		len = min_t(u32, len, MAX_BURST);
	cmd->burst_end = cmd->moved + len;

	rdy = fc_frame_payload_get(fp, sizeof(*rdy));
	memset(rdy, 0, sizeof(*rdy));
	rdy->ft_data_ro = cpu_to_be32(cmd->moved);
	rdy->ft_burst_len = cpu_to_be32(len);
	fc_seq_start_next(cmd->seq);
	mod_timer(&cmd->timer, jiffies + DATA_TIMEOUT);
	set_bit(TCM_FC_CMD_WANTS_DATA, &cmd->flags);
	/* if that fails the exchange is no more, and its handler was called */
	tcm_fc_cmd_send(cmd, fp, FC_RCTL_DD_DATA_DESC,
			FC_FC_END_SEQ | FC_FC_SEQ_INIT, 0);
	return 0;
}

/**
 * tcm_fc_io_write_pending - fetch the data of a command
 * @se: command with buffers
 *
 * Context: process.
 * Return: 0, or -ENOMEM to be called again
 */
int tcm_fc_io_write_pending(struct se_cmd *se)
{
	struct tcm_fc_cmd *cmd = to_fc_cmd(se);
	int ret;

	/* somebody may abort it meanwhile */
	if (!tcm_fc_cmd_hold(cmd))
		return 0;
	begin_data(cmd);
	if (!cmd->ddp)
		set_ddp(cmd);
	ret = ask(cmd);
	tcm_fc_cmd_drop(cmd);
	return ret;
}

static bool take(struct tcm_fc_cmd *cmd, u32 offset, const u8 *data, u32 len)
{
	u32 piece, off;

	/* frames of a sequence come in order; a gap is a frame lost */
	if (offset != cmd->moved || len > cmd->burst_end - cmd->moved)
		return false;
	cmd->moved += len;
	for (; len; len -= piece, data += piece) {
		struct page *page;

		piece = len;
		page = next_piece(cmd, &piece, &off);
		memcpy_to_page(page, off, data, piece);
	}
	return true;
}

/* The local port put the data in place, and shows the last frame's header. */
static void take_ddp(struct tcm_fc_cmd *cmd)
{
	struct fc_lport *lport = tcm_fc_cmd_lport(cmd);
	u32 done = lport->tt.ddp_done(lport, fc_seq_exch(cmd->seq)->xid);

	cmd->ddp = false;
	if (done == cmd->se.data_length)
		cmd->moved = done;
}

/* The initiative is back. */
static void end_burst(struct tcm_fc_cmd *cmd)
{
	clear_bit(TCM_FC_CMD_WANTS_DATA, &cmd->flags);
	/* pairs with tcm_fc_cmd_status() and tcm_fc_cmd_aborted() */
	smp_mb__after_atomic();
	if (cmd->ddp)
		take_ddp(cmd);
	cmd->seq->rec_data = cmd->moved;
	if (test_bit(TCM_FC_CMD_ABORTED, &cmd->flags)) {
		tcm_fc_cmd_end(cmd);
		return;
	}
	if (test_and_clear_bit(TCM_FC_CMD_STATUS_DUE, &cmd->flags)) {
		if (tcm_fc_cmd_status(&cmd->se))
			tcm_fc_cmd_end(cmd);
		return;
	}
	if (test_bit(TCM_FC_CMD_BAD_DATA, &cmd->flags) ||
	    cmd->moved != cmd->burst_end) {
		transport_generic_request_failure(&cmd->se, TCM_DATA_PHASE_ERROR);
		return;
	}
	if (cmd->moved < cmd->se.data_length) {
		if (ask(cmd))
			transport_generic_request_failure(&cmd->se,
							  TCM_OUT_OF_RESOURCES);
		return;
	}
	timer_delete(&cmd->timer);
	/* somebody may abort it before the work item runs */
	if (!tcm_fc_cmd_hold(cmd))
		return;
	INIT_WORK(&cmd->work, execute_work);
	queue_work(tcm_fc_cmd_wq, &cmd->work);
}

/* libfc finds the exchange by its number alone */
static bool belongs(struct tcm_fc_cmd *cmd, const struct fc_frame_header *fh)
{
	const struct fc_exch *ep = fc_seq_exch(cmd->seq);

	return ntoh24(fh->fh_s_id) == ep->did &&
	       ntohs(fh->fh_ox_id) == ep->oxid && !fh->fh_df_ctl;
}

/* The driver checked every frame but those with data.  Fill is part of it. */
static bool is_intact(const struct fc_frame *fp)
{
	u32 crc;

	if (!(fr_flags(fp) & FCPHF_CRC_UNCHECKED))
		return true;
	crc = crc32(~0, fr_hdr(fp), round_up(fr_len(fp), 4));
	return ~crc == le32_to_cpu((__force __le32)fr_crc(fp));
}

static void recv_data(struct tcm_fc_cmd *cmd, struct fc_frame *fp)
{
	const struct fc_frame_header *fh = fc_frame_header_get(fp);
	u32 end = FC_FC_END_SEQ | FC_FC_SEQ_INIT;
	u32 f_ctl = ntoh24(fh->fh_f_ctl);

	/* one that is not intact is one lost */
	if (!test_bit(TCM_FC_CMD_WANTS_DATA, &cmd->flags) || !is_intact(fp))
		return;
	if (!cmd->ddp && !test_bit(TCM_FC_CMD_BAD_DATA, &cmd->flags) &&
	    !(f_ctl & FC_FC_REL_OFF &&
	      take(cmd, ntohl(fh->fh_parm_offset), (const u8 *)(fh + 1),
		   fr_len(fp) - sizeof(*fh))))
		set_bit(TCM_FC_CMD_BAD_DATA, &cmd->flags);
	if ((f_ctl & end) == end)
		end_burst(cmd);
}

static void recv_error(struct tcm_fc_cmd *cmd)
{
	if (tcm_fc_cmd_answered(cmd))
		tcm_fc_cmd_end(cmd);
	else
		tcm_fc_cmd_abort(cmd);
}

/**
 * tcm_fc_io_recv - handler of a command's exchange
 * @seq: exchange
 * @fp: frame, or ERR_PTR: the initiator aborted the exchange, or libfc did
 * @arg: command, with the exchange's reference
 *
 * Context: process; not two at a time for frames.
 */
void tcm_fc_io_recv(struct fc_seq *seq, struct fc_frame *fp, void *arg)
{
	struct tcm_fc_cmd *cmd = arg;
	const struct fc_frame_header *fh;

	if (IS_ERR(fp)) {
		recv_error(cmd);
		return;
	}
	/* libfc cuts fill bytes off, whether there are any or not */
	if (fr_len(fp) < sizeof(*fh))
		goto out;
	fh = fc_frame_header_get(fp);
	if (!belongs(cmd, fh))
		goto out;
	if (fh->fh_r_ctl == FC_RCTL_DD_SOL_DATA)
		recv_data(cmd, fp);
	else if (fh->fh_r_ctl == FC_RCTL_DD_SOL_CTL &&
		 test_bit(TCM_FC_CMD_UNCONFIRMED, &cmd->flags))
		tcm_fc_cmd_end(cmd);
out:
	fc_frame_free(fp);
}
