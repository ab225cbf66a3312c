// SPDX-License-Identifier: GPL-2.0-only
/*
 * The folder for what has to survive a restart: reservations, access states
 * and saved mode pages.
 */
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "dbroot.h"

/* The first of these that is a folder when the module is loaded */
static const char * const places[] = { "/etc/target", "/var/target" };

static DEFINE_MUTEX(dbroot_lock);	/* guards the rest */
static char dbroot[256] = "/var/target";
static unsigned int holders;

static int check_folder(const char *path)
{
	struct path place;
	int ret = kern_path(path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &place);

	if (!ret)
		path_put(&place);
	return ret;
}

void target_dbroot_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (!check_folder(places[i])) {
			strscpy(dbroot, places[i]);
			return;
		}
	}
}

int target_dbroot_show(char *text, size_t size)
{
	guard(mutex)(&dbroot_lock);
	return scnprintf(text, size, "%s\n", dbroot);
}

/* The folder, without a newline; returns its length.  Context: process. */
size_t target_dbroot_path(char *path, size_t size)
{
	guard(mutex)(&dbroot_lock);
	return scnprintf(path, size, "%s", dbroot);
}

/**
 * target_dbroot_set - choose the folder
 * @path: absolute path of a folder that exists
 *
 * Return: 0, or -EINVAL after a log line
 */
int target_dbroot_set(const char *path)
{
	/* it may be on a disk that does not answer: with no lock held */
	bool good = path[0] == '/' && strlen(path) < sizeof(dbroot) &&
		    !check_folder(path);

	guard(mutex)(&dbroot_lock);
	if (holders) {
		pr_warn("target: dbroot stays %s: it can change only while there is no backstore and no fabric\n",
			dbroot);
		return -EINVAL;
	}
	if (!good) {
		pr_warn("target: dbroot must be the path of a folder that exists\n");
		return -EINVAL;
	}
	strscpy(dbroot, path);
	return 0;
}

void target_dbroot_hold(void)
{
	guard(mutex)(&dbroot_lock);
	holders++;
}

void target_dbroot_release(void)
{
	guard(mutex)(&dbroot_lock);
	holders--;
}
