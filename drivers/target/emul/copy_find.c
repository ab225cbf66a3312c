// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which logical unit a copy is about: one of those that the nexus sees, under
 * the LUN that it sees it under, and no other.  Whoever could name a logical
 * unit by its designator alone could read and write all that there are.
 */
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "../core/itl.h"
#include "copy_find.h"
#include "designator.h"

/* Room for all designators of a logical unit: NAA, T10, EUI-64 and UUID */
#define ROOM	(20 + 4 + 255 + 20 + 22)

static bool is_designator(const u8 *p, const struct target_copy_cscd *cscd)
{
	return (p[0] & 0x0f) == cscd->code_set && (p[1] & 0x3f) == cscd->type &&
	       p[3] == cscd->len && !memcmp(p + 4, cscd->id, cscd->len);
}

static bool has_designator(const struct target_itl *itl, void *arg)
{
	const struct target_dev *dev = itl->link->dev;
	u8 room[ROOM];
	struct target_cursor c;
	const u8 *p;

	target_cursor_init(&c, room, ROOM);
	/* the identity cannot change while a nexus sees it */
	target_designator_unit(&c, &dev->ident, &dev->attr);
	for (p = c.data; p < c.data + c.pos; p += 4 + p[3]) {
		if (is_designator(p, arg))
			return true;
	}
	return false;
}

/* Take a nexus if it is wanted, and let go of another that was found before. */
static void try(struct target_itl *itl, struct target_itl **found,
		bool (*match)(const struct target_itl *itl, void *arg),
		void *arg)
{
	/* one that has no third-party copy is neither asked nor copied */
	if (!READ_ONCE(itl->link->dev->attr.emulate_3pc) ||
	    !percpu_ref_tryget_live(&itl->link->ref))
		return;
	/* a logical unit may have several LUNs: rather one for writes too */
	if ((*found && READ_ONCE(itl->read_only)) || !match(itl, arg)) {
		percpu_ref_put(&itl->link->ref);
		return;
	}
	if (*found)
		percpu_ref_put(&(*found)->link->ref);
	*found = itl;
}

/**
 * target_copy_find_by - the logical unit that somebody wants
 * @cmd: command
 * @match: is it this one?  May not sleep
 * @arg: for it
 *
 * The LUN that got the command comes first.
 *
 * Return: nexus, with a reference to its link, or NULL if the nexus of @cmd
 * sees no such logical unit
 */
struct target_itl *
target_copy_find_by(struct target_cmd *cmd,
		    bool (*match)(const struct target_itl *itl, void *arg),
		    void *arg)
{
	struct target_itl *itl, *found = NULL;
	unsigned long lun;

	guard(rcu)();
	try(cmd->itl, &found, match, arg);
	xa_for_each(&cmd_sess(cmd)->itls, lun, itl) {
		if (found && !READ_ONCE(found->read_only))
			break;
		try(itl, &found, match, arg);
	}
	return found;
}

/* A logical unit by its designator; likewise. */
struct target_itl *target_copy_find(struct target_cmd *cmd,
				    struct target_copy_cscd *cscd)
{
	return target_copy_find_by(cmd, has_designator, cscd);
}

/**
 * target_copy_find_still - does the nexus still see what was found?
 * @itl: nexus whose session and link the caller holds
 *
 * Context: any.
 * Return: false if the LUN, its mapping or the session is going away
 */
bool target_copy_find_still(const struct target_itl *itl)
{
	if (percpu_ref_is_dying(&itl->link->ref) ||
	    percpu_ref_is_dying(&itl->sess->ref))
		return false;
	guard(rcu)();
	return target_itl_find(itl->sess, itl->lun) == itl;
}
