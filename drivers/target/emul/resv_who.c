// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which I_T nexuses a PERSISTENT RESERVE OUT means besides the one that it
 * came by: SPEC_I_PT, ALL_TG_PT, REGISTER AND MOVE.
 *
 * Nobody can be named who could not log in and see this logical unit: an
 * initiator must have an ACL that maps it, or a session in demo mode.
 */
#include <linux/limits.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include "../core/sense.h"
#include "../core/tpg.h"
#include "resv_lu.h"
#include "resv_who.h"

/* Where parameter lists have their TransportIDs */
#define NAMED_AT	28
#define MOVE_RTPI_AT	18
#define MOVE_AT		24

/**
 * struct places - ports by which a logical unit can be reached
 * @count: entries of @port
 * @room: entries that there is memory for
 * @port: each with a reference
 */
struct places {
	unsigned int		count;
	unsigned int		room;
	struct target_port	*port[] __counted_by(room);
};

static void put_places(struct places *places)
{
	while (places->count)
		target_tpg_put(places->port[--places->count]);
	kfree(places);
}

static void add_place(struct places *places, struct target_port *port)
{
	unsigned int i;

	for (i = 0; i < places->count; i++) {
		if (places->port[i] == port)
			return;
	}
	if (places->count == places->room)
		return;
	kref_get(&port->kref);
	places->port[places->count++] = port;
}

static struct places *get_places(struct target_dev *dev)
{
	struct target_link *link;
	struct places *places;

	guard(mutex)(&dev->mutex);
	places = kzalloc(struct_size(places, port, dev->nr_links), GFP_KERNEL);
	if (!places)
		return NULL;
	places->room = dev->nr_links;
	list_for_each_entry(link, &dev->links, dev_node)
		add_place(places, link->lun->port);
	return places;
}

/*
 * Ports of one SCSI target device: for iSCSI that is a node; elsewhere each
 * port has a name of its own and nothing tells which belong together.
 */
static bool same_device(const struct target_port *a, const struct target_port *b)
{
	return a->tfo == b->tfo && (a->proto_id != SCSI_PROTOCOL_ISCSI ||
				    !strcmp(a->name, b->name));
}

static bool maps(struct target_acl *acl, const struct target_dev *dev)
{
	struct target_map *map;
	unsigned long i;

	if (acl->se->dynamic_node_acl)
		return true;
	xa_for_each(&acl->maps, i, map) {
		if (map->lun->link && map->lun->link->dev == dev)
			return true;
	}
	return false;
}

/* May this initiator see the logical unit by that port? */
static bool is_known(struct target_port *port, const struct target_dev *dev,
		     const struct target_transport_id *initiator)
{
	struct target_transport_id tid;
	struct target_acl *acl;

	if (initiator->proto != port->proto_id)
		return false;
	guard(mutex)(&port->mutex);
	target_tpg_for_each_acl(port, acl) {
		target_transport_id_name(&tid, port->proto_id,
					 acl->se->initiatorname);
		if (target_transport_id_covers(&tid, initiator) &&
		    maps(acl, dev))
			return true;
	}
	return false;
}

static sense_reason_t add(struct target_resv_request *req,
			  const struct target_port *port,
			  const struct target_transport_id *initiator)
{
	struct target_resv_nexus *nexus;

	if (req->others >= TARGET_RESV_MAX)
		return TCM_INSUFFICIENT_REGISTRATION_RESOURCES;
	/* twice as many whenever they fill a power of two */
	if (!(req->others & (req->others - 1))) {
		nexus = kvmalloc_array(max(2 * req->others, 1U),
				       sizeof(*nexus), GFP_KERNEL);
		if (!nexus)
			return TCM_OUT_OF_RESOURCES;
		if (req->others)
			memcpy(nexus, req->other,
			       array_size(req->others, sizeof(*nexus)));
		kvfree(req->other);
		req->other = nexus;
	}
	nexus = &req->other[req->others++];
	memset(nexus, 0, sizeof(*nexus));
	nexus->initiator = *initiator;
	strscpy(nexus->port.fabric, port->tfo->fabric_name);
	strscpy(nexus->port.wwn, port->name);
	nexus->port.tag = port->tag;
	nexus->port.rtpi = port->rtpi;
	return TCM_NO_SENSE;
}

/* This initiator at each port where it is known, but for one */
static sense_reason_t add_everywhere(struct target_cmd *cmd,
				     struct target_resv_request *req,
				     const struct target_transport_id *initiator)
{
	struct target_port *here = cmd_sess(cmd)->port;
	struct places *places = get_places(cmd_dev(cmd));
	sense_reason_t reason = TCM_NO_SENSE;
	unsigned int i;

	if (!places)
		return TCM_OUT_OF_RESOURCES;
	for (i = 0; i < places->count && !reason; i++) {
		if (places->port[i] != here &&
		    same_device(places->port[i], here) &&
		    is_known(places->port[i], cmd_dev(cmd), initiator))
			reason = add(req, places->port[i], initiator);
	}
	put_places(places);
	return reason;
}

/* Take one TransportID off the list. */
static bool take_initiator(const struct target_dev *dev,
			   struct target_cursor *list,
			   struct target_transport_id *initiator)
{
	if (!target_transport_id_parse(list, initiator))
		return false;
	if (!READ_ONCE(dev->attr.enforce_pr_isids)) {
		initiator->has_isid = false;
		memset(initiator->isid, 0, sizeof(initiator->isid));
	}
	return true;
}

/**
 * target_resv_who_named - SPEC_I_PT: those that the parameter list names
 * @cmd: PERSISTENT RESERVE OUT
 * @list: parameter list, at TRANSPORTID PARAMETER DATA LENGTH
 * @req: they are added to it
 *
 * Context: process; takes port->mutex.
 * Return: TCM_NO_SENSE, or why not, with a pointer to the TransportID if there
 * is one
 */
sense_reason_t target_resv_who_named(struct target_cmd *cmd,
				     struct target_cursor *list,
				     struct target_resv_request *req)
{
	struct target_port *here = cmd_sess(cmd)->port;
	struct target_transport_id initiator;
	sense_reason_t reason = TCM_NO_SENSE;
	size_t at = list->pos;
	u32 len = target_cursor_get32(list);

	if (list->bad)
		return TCM_PARAMETER_LIST_LENGTH_ERROR;
	if (len != list->len - NAMED_AT)
		return target_sense_param(cmd, at, -1);
	while (list->pos < list->len && !reason) {
		at = list->pos;
		if (!take_initiator(cmd_dev(cmd), list, &initiator) ||
		    !is_known(here, cmd_dev(cmd), &initiator))
			return target_sense_param(cmd, at, -1);
		reason = add(req, here, &initiator);
		if (!reason && req->all_tg_pt)
			reason = add_everywhere(cmd, req, &initiator);
	}
	return reason;
}

/**
 * target_resv_who_everywhere - ALL_TG_PT: the initiator's other nexuses
 * @cmd: PERSISTENT RESERVE OUT
 * @req: they are added to it
 *
 * Context: process; takes port->mutex.
 * Return: TCM_NO_SENSE or a lack of memory
 */
sense_reason_t target_resv_who_everywhere(struct target_cmd *cmd,
					  struct target_resv_request *req)
{
	return add_everywhere(cmd, req, &req->self.initiator);
}

static struct target_port *find_rtpi(const struct places *places, u16 rtpi)
{
	unsigned int i;

	for (i = 0; i < places->count; i++) {
		if (places->port[i]->rtpi == rtpi)
			return places->port[i];
	}
	return NULL;
}

/**
 * target_resv_who_move - REGISTER AND MOVE: where to
 * @cmd: PERSISTENT RESERVE OUT
 * @rtpi: RELATIVE TARGET PORT IDENTIFIER
 * @list: parameter list, at its TransportID, which is all that is left
 * @req: it is added to it
 *
 * Context: process; takes port->mutex.
 * Return: TCM_NO_SENSE, or why not, with a pointer to the field
 */
sense_reason_t target_resv_who_move(struct target_cmd *cmd, u16 rtpi,
				    struct target_cursor *list,
				    struct target_resv_request *req)
{
	bool isids = READ_ONCE(cmd_dev(cmd)->attr.enforce_pr_isids);
	struct target_transport_id initiator;
	sense_reason_t reason;
	struct target_port *port;
	struct places *places;

	/* one port, not each of a node (SPC-4 7.6.4.6) */
	if (!take_initiator(cmd_dev(cmd), list, &initiator) ||
	    list->pos != list->len ||
	    (initiator.proto == SCSI_PROTOCOL_ISCSI && isids &&
	     !initiator.has_isid))
		return target_sense_param(cmd, MOVE_AT, -1);
	places = get_places(cmd_dev(cmd));
	if (!places)
		return TCM_OUT_OF_RESOURCES;
	port = find_rtpi(places, rtpi);
	if (!port)
		reason = target_sense_param(cmd, MOVE_RTPI_AT, -1);
	else if (!is_known(port, cmd_dev(cmd), &initiator))
		reason = target_sense_param(cmd, MOVE_AT, -1);
	else
		reason = add(req, port, &initiator);
	put_places(places);
	return reason;
}
