// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reservations that persist through power loss (APTPL): a file for each
 * logical unit, which the kernel writes and reads back itself.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "../core/store.h"
#include "resv_aptpl.h"
#include "resv_image.h"

#define FOLDER		"pr"

/**
 * target_resv_aptpl_save - make a state durable
 * @dev: logical unit
 * @state: its reservations
 *
 * Context: process; waits for the medium that dbroot is on.
 * Return: 0 when it cannot be lost any more; an errno
 */
int target_resv_aptpl_save(const struct target_dev *dev,
			   const struct target_resv *state)
{
	size_t room = target_resv_image_room(state), len;
	char name[TARGET_STORE_NAME];
	char *text = kvmalloc(room, GFP_KERNEL);
	int ret;

	if (!text)
		return -ENOMEM;
	len = target_resv_image_write(state, text, room);
	target_store_name(name, "state_", dev->ident.serial);
	ret = target_store_write(FOLDER, name, text, len);
	kvfree(text);
	if (ret)
		pr_warn_ratelimited("target: %s: reservations cannot be saved in dbroot/%s/%s: error %d\n",
				    dev->name, FOLDER, name, ret);
	return ret;
}

static struct target_resv *read_version(const char *name, bool previous)
{
	struct target_resv *state;
	size_t len = 0;
	char *text;

	text = target_store_read(FOLDER, name, previous, &len);
	if (IS_ERR(text))
		return ERR_CAST(text);
	state = target_resv_image_read(text, len, true);
	kvfree(text);
	return state;
}

static struct target_resv *nothing(bool lost)
{
	struct target_resv *state = target_resv_alloc(0);

	if (!state)
		return ERR_PTR(-ENOMEM);
	state->lost = lost;
	return state;
}

/* It was never written. */
static bool is_absent(const struct target_resv *state)
{
	return state == ERR_PTR(-ENOENT) || state == ERR_PTR(-ENOTDIR);
}

/*
 * The last version, else the one before.  If what is there cannot be read,
 * registrations are lost, and nobody may write as if there had been none.
 */
static struct target_resv *load(const struct target_dev *dev,
				const char *serial)
{
	struct target_resv *state, *before;
	char name[TARGET_STORE_NAME];

	target_store_name(name, "state_", serial);
	state = read_version(name, false);
	if (!IS_ERR(state))
		return state;
	before = read_version(name, true);
	if (IS_ERR(before)) {
		if (is_absent(state) && is_absent(before))
			return nothing(false);
		pr_err("target: %s: reservations in dbroot/%s/%s cannot be read (error %ld): commands fail until REPLACE LOST RESERVATION\n",
		       dev->name, FOLDER, name, PTR_ERR(state));
		return nothing(true);
	}
	if (!is_absent(state))
		pr_warn("target: %s: reservations in dbroot/%s/%s cannot be read (error %ld): the version before is used\n",
			dev->name, FOLDER, name, PTR_ERR(state));
	return before;
}

/**
 * target_resv_aptpl_load - reservations that a logical unit had
 * @dev: logical unit, for messages
 * @serial: its serial number, now or soon
 *
 * Context: process; waits for the medium that dbroot is on.
 * Return: state with one reference, empty if it had none; or ERR_PTR
 */
struct target_resv *target_resv_aptpl_load(const struct target_dev *dev,
					   const char *serial)
{
	struct target_resv *state = load(dev, serial);

	if (IS_ERR(state) || state->aptpl || state->lost)
		return state;
	target_resv_free(state);
	return nothing(false);
}
