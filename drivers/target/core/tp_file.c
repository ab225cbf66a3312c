// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that keep access states over a restart:
 *
 *	DBROOT/alua/tpgs_SERIAL/GROUP			of a group
 *	DBROOT/alua/FABRIC/TARGET+TAG/lun_N		of a port
 *
 * store.c makes them outlive a power cut.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "store.h"
#include "tp_file.h"
#include "tp_group.h"

#define FOLDER		"alua"

/* lun_N */
#define MEMBER_NAME	32

/* ------------------------------------------------------------------ texts -- */

/**
 * target_tp_file_print - the text of a group's file
 * @id: identifier
 * @access: state
 * @text: buffer
 * @size: of it
 *
 * Return: length
 */
int target_tp_file_print(u16 id, const struct target_tp_access *access,
			 char *text, size_t size)
{
	return scnprintf(text, size,
			 "tg_pt_gp_id=%u\nalua_access_state=0x%02x\nalua_access_status=0x%02x\n",
			 id, access->state, access->status);
}

/**
 * target_tp_file_parse - read it back
 * @text: text, with a NUL at its end
 * @id: identifier that it must have
 * @access: state and status are set
 *
 * Return: 0, or -EBADMSG if it is not the text of this group
 */
int target_tp_file_parse(const char *text, u16 id,
			 struct target_tp_access *access)
{
	unsigned int number, state, status;

	if (sscanf(text,
		   "tg_pt_gp_id=%u alua_access_state=%x alua_access_status=%x",
		   &number, &state, &status) != 3)
		return -EBADMSG;
	if (number != id || state > TARGET_TP_LBA_DEPENDENT ||
	    status > TARGET_TP_BY_ITSELF)
		return -EBADMSG;
	access->state = state;
	access->status = status;
	return 0;
}

/* ------------------------------------------------------------------ files -- */

/* Names of things become names of files: one folder has no slash in it. */
static void flatten(char *name)
{
	for (; (name = strchr(name, '/')); name++)
		*name = '_';
}

/* For kfree() */
static char *group_folder(const struct target_tp_group *group)
{
	char *folder = kasprintf(GFP_KERNEL, FOLDER "/tpgs_%s",
				 group->dev->ident.serial);

	if (folder)
		flatten(folder + sizeof(FOLDER));
	return folder;
}

/**
 * target_tp_file_folder - where the files of a target port's LUNs are
 * @port: target port; its fabric stays while one of its LUNs is linked
 *
 * Return: folder below dbroot, for kfree(); or NULL
 */
char *target_tp_file_folder(const struct target_port *port)
{
	const char *fabric = port->tfo->fabric_name;
	char *folder = kasprintf(GFP_KERNEL, FOLDER "/%s/%s+%u", fabric,
				 port->name, port->tag);

	if (folder)
		flatten(folder + sizeof(FOLDER) + strlen(fabric) + 1);
	return folder;
}

static void member_file(u64 lun, char name[MEMBER_NAME])
{
	snprintf(name, MEMBER_NAME, "lun_%llu", lun);
}

static int save(const char *folder, const char *name, const char *text)
{
	int ret = folder ? target_store_write(folder, name, text, strlen(text)) :
			   -ENOMEM;

	if (ret)
		pr_warn_ratelimited("target: an access state is not changed: dbroot/%s/%s cannot be written: error %d\n",
				    folder ?: FOLDER, name, ret);
	return ret;
}

/* The last version, or the one behind it */
static char *load(const char *folder, const char *name)
{
	size_t len;
	char *text;

	if (!folder)
		return ERR_PTR(-ENOMEM);
	text = target_store_read(folder, name, false, &len);
	if (text == ERR_PTR(-ENOENT))
		text = target_store_read(folder, name, true, &len);
	return text;
}

/**
 * target_tp_file_save - keep the state of a group
 * @group: group
 * @access: what its state is to be after a restart
 *
 * Context: process; waits for the disk.
 * Return: 0 when it is there for good, or an errno after a log line
 */
int target_tp_file_save(const struct target_tp_group *group,
			const struct target_tp_access *access)
{
	char *folder __free(kfree) = group_folder(group);
	char text[TARGET_TP_FILE_TEXT];

	target_tp_file_print(group->id, access, text, sizeof(text));
	return save(folder, group->name, text);
}

/**
 * target_tp_file_load - what was kept of a group
 * @group: group
 * @access: state and status are set
 *
 * Context: process; waits for the disk.
 * Return: 0, -ENOENT if there is nothing, -EBADMSG if it is another group's
 */
int target_tp_file_load(const struct target_tp_group *group,
			struct target_tp_access *access)
{
	char *folder __free(kfree) = group_folder(group);
	char *text = load(folder, group->name);
	int ret;

	if (IS_ERR(text))
		return PTR_ERR(text);
	ret = target_tp_file_parse(text, group->id, access);
	kvfree(text);
	return ret;
}

/**
 * target_tp_file_save_member - keep the secondary state of a port
 * @folder: target_tp_file_folder(), NULL included
 * @lun: number of the LUN
 * @offline: state
 * @status: enum target_tp_status
 *
 * Context: process; waits for the disk.
 * Return: 0 when it is there for good, or an errno after a log line
 */
int target_tp_file_save_member(const char *folder, u64 lun, bool offline,
			       u8 status)
{
	char text[TARGET_TP_FILE_TEXT], name[MEMBER_NAME];

	member_file(lun, name);
	snprintf(text, sizeof(text),
		 "alua_tg_pt_offline=%u\nalua_tg_pt_status=0x%02x\n",
		 offline, status);
	return save(folder, name, text);
}

/**
 * target_tp_file_load_member - what was kept of a port
 * @folder: target_tp_file_folder(), NULL included
 * @lun: number of the LUN
 * @offline: set to its state
 * @status: set to why
 *
 * Context: process; waits for the disk.
 * Return: 0, -ENOENT if there is nothing, -EBADMSG if it makes no sense
 */
int target_tp_file_load_member(const char *folder, u64 lun, bool *offline,
			       u8 *status)
{
	unsigned int is_offline, code;
	char name[MEMBER_NAME];
	char *text;
	int found;

	member_file(lun, name);
	text = load(folder, name);
	if (IS_ERR(text))
		return PTR_ERR(text);
	found = sscanf(text, "alua_tg_pt_offline=%u alua_tg_pt_status=%x",
		       &is_offline, &code);
	kvfree(text);
	if (found != 2 || is_offline > 1 || code > TARGET_TP_BY_ITSELF)
		return -EBADMSG;
	*offline = is_offline;
	*status = code;
	return 0;
}
