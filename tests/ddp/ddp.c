// SPDX-License-Identifier: GPL-2.0-only
/*
 * Large receive offload of FCoE, in software: what an adapter's
 * ndo_fcoe_ddp_target() does.  Data that come in an exchange that the target gave
 * buffers for are put there before the FCoE driver sees the frames; it gets the
 * header of the last one.
 */
#include <linux/crc32.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <scsi/fc/fc_fcoe.h>
#include <scsi/libfc.h>
#include <scsi/scsi_host.h>

#define XIDS	0x1000

static unsigned int host;
module_param(host, uint, 0444);
MODULE_PARM_DESC(host, "number of the FCoE port's SCSI host");

static char *interface;
module_param(interface, charp, 0444);
MODULE_PARM_DESC(interface, "its network interface");

static unsigned int lose;
module_param(lose, uint, 0644);
MODULE_PARM_DESC(lose, "frames whose data are not put anywhere");

static unsigned int placed;
module_param(placed, uint, 0444);
MODULE_PARM_DESC(placed, "frames whose data were put in place");

static unsigned int asked;
module_param(asked, uint, 0444);
MODULE_PARM_DESC(asked, "exchanges that buffers were given for");

static unsigned int open;
module_param(open, uint, 0444);
MODULE_PARM_DESC(open, "those that have them still");

/**
 * struct transfer - an exchange whose data are to be put in place
 * @sgl: where; NULL for an exchange that is none
 * @nents: entries of @sgl
 * @len: bytes that are there
 */
struct transfer {
	struct scatterlist	*sgl;
	unsigned int		nents;
	u32			len;
};

/* Buffers are in use under the lock only. */
static struct transfer transfers[XIDS];
static DEFINE_SPINLOCK(transfers_lock);

static struct fc_lport *lport;
static struct net_device *netdev;
/* the driver's own */
static struct libfc_function_template driver;

static int ddp_target(struct fc_lport *port, u16 xid, struct scatterlist *sgl,
		      unsigned int nents)
{
	if (xid >= XIDS)
		return 0;
	spin_lock_bh(&transfers_lock);
	transfers[xid] = (struct transfer){ .sgl = sgl, .nents = nents };
	asked++;
	open++;
	spin_unlock_bh(&transfers_lock);
	return 1;
}

static int ddp_done(struct fc_lport *port, u16 xid)
{
	struct transfer *transfer = &transfers[xid];
	u32 len;

	spin_lock_bh(&transfers_lock);
	len = transfer->len;
	if (transfer->sgl)
		open--;
	*transfer = (struct transfer){};
	spin_unlock_bh(&transfers_lock);
	return len;
}

static void put(struct transfer *transfer, const struct fc_frame_header *fh,
		u32 len)
{
	if (lose) {
		lose--;
		return;
	}
	placed++;
	transfer->len += sg_pcopy_from_buffer(transfer->sgl, transfer->nents,
					      fh + 1, len,
					      ntohl(fh->fh_parm_offset));
}

static bool place(const struct fc_frame_header *fh, u32 len)
{
	u16 xid = ntohs(fh->fh_rx_id);
	bool ours;

	if (xid >= XIDS)
		return false;
	spin_lock_bh(&transfers_lock);
	ours = transfers[xid].sgl;
	if (ours)
		put(&transfers[xid], fh, len);
	spin_unlock_bh(&transfers_lock);
	return ours;
}

static bool is_data(const struct fc_frame_header *fh)
{
	return fh->fh_r_ctl == FC_RCTL_DD_SOL_DATA && fh->fh_type == FC_TYPE_FCP &&
	       !(ntoh24(fh->fh_f_ctl) & FC_FC_EX_CTX);
}

/* As much of a frame as its driver gets to see, with a trailer that fits it */
static void cut(struct sk_buff *skb, struct fc_frame_header *fh)
{
	struct fcoe_crc_eof *trailer = (struct fcoe_crc_eof *)(fh + 1);

	memmove(trailer, skb_tail_pointer(skb) - sizeof(*trailer),
		sizeof(*trailer));
	trailer->fcoe_crc32 = cpu_to_le32(~crc32(~0, fh, sizeof(*fh)));
	skb_trim(skb, FCOE_MIN_FRAME);
}

static rx_handler_result_t receive(struct sk_buff **pskb)
{
	struct fc_frame_header *fh;
	struct sk_buff *skb;
	u32 fill;

	if ((*pskb)->protocol != htons(ETH_P_FCOE))
		return RX_HANDLER_PASS;
	skb = skb_unshare(*pskb, GFP_ATOMIC);
	*pskb = skb;
	if (!skb)
		return RX_HANDLER_CONSUMED;
	if (skb->len < FCOE_MIN_FRAME || skb_linearize(skb))
		return RX_HANDLER_PASS;
	fh = (struct fc_frame_header *)(skb->data + sizeof(struct fcoe_hdr));
	fill = ntoh24(fh->fh_f_ctl) & 3;
	if (!is_data(fh) || skb->len < FCOE_MIN_FRAME + fill ||
	    !place(fh, skb->len - FCOE_MIN_FRAME - fill))
		return RX_HANDLER_PASS;
	if (ntoh24(fh->fh_f_ctl) & FC_FC_END_SEQ) {
		cut(skb, fh);
		return RX_HANDLER_PASS;
	}
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static int __init ddp_init(void)
{
	struct Scsi_Host *shost = scsi_host_lookup(host);
	int err;

	if (!shost)
		return -ENODEV;
	lport = shost_priv(shost);
	netdev = dev_get_by_name(&init_net, interface ?: "");
	err = -ENODEV;
	if (!netdev)
		goto no_netdev;
	rtnl_lock();
	err = netdev_rx_handler_register(netdev, receive, NULL);
	rtnl_unlock();
	if (err)
		goto no_handler;
	driver = lport->tt;
	lport->tt.ddp_target = ddp_target;
	lport->tt.ddp_done = ddp_done;
	lport->lro_xid = XIDS - 1;
	lport->lro_enabled = 1;
	return 0;
no_handler:
	dev_put(netdev);
no_netdev:
	scsi_host_put(shost);
	return err;
}

/* No command of the target is under way any more. */
static void __exit ddp_exit(void)
{
	lport->lro_enabled = 0;
	lport->lro_xid = 0;
	lport->tt.ddp_target = driver.ddp_target;
	lport->tt.ddp_done = driver.ddp_done;
	rtnl_lock();
	netdev_rx_handler_unregister(netdev);
	rtnl_unlock();
	dev_put(netdev);
	scsi_host_put(lport->host);
}

module_init(ddp_init);
module_exit(ddp_exit);

MODULE_DESCRIPTION("Large receive offload of FCoE in software, for tests");
MODULE_LICENSE("GPL");
