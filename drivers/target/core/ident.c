// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a logical unit says it is, besides its serial number (device.c).
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/string.h>
#include "core.h"
#include "ident.h"

static const struct {
	const char	*name;
	size_t		offset;
	size_t		size;
} texts[] = {
	[TARGET_IDENT_VENDOR] = {
		"vendor_id", offsetof(struct target_ident, vendor),
		sizeof_field(struct target_ident, vendor),
	},
	[TARGET_IDENT_PRODUCT] = {
		"product_id", offsetof(struct target_ident, product),
		sizeof_field(struct target_ident, product),
	},
	[TARGET_IDENT_REVISION] = {
		"revision", offsetof(struct target_ident, revision),
		sizeof_field(struct target_ident, revision),
	},
	[TARGET_IDENT_T10] = {
		"t10_dev_id", offsetof(struct target_ident, t10_id),
		sizeof_field(struct target_ident, t10_id),
	},
};

/* SPC-5 7.7.6.6: the first digit says which kind it is, and how long. */
static bool is_naa(const u8 *bytes, size_t len)
{
	switch (bytes[0] >> 4) {
	case 2:
	case 3:
	case 5:
		return len == 8;
	case 6:
		return len == 16;
	}
	return false;
}

/* SPC-5 7.7.6.5 */
static bool is_eui64(const u8 *bytes, size_t len)
{
	return len == 8 || len == 12 || len == 16;
}

static const struct {
	const char	*name;
	size_t		offset;
	bool		(*is)(const u8 *bytes, size_t len);
	const char	*takes;
	bool		optional;	/* "none" is one: others name the unit */
} ids[] = {
	[TARGET_IDENT_NAA] = {
		"naa_id", offsetof(struct target_ident, naa), is_naa,
		"16 hexadecimal digits that begin with 2, 3 or 5, 32 with 6, or none",
		true,
	},
	[TARGET_IDENT_EUI64] = {
		"eui64_id", offsetof(struct target_ident, eui64), is_eui64,
		"16, 24 or 32 hexadecimal digits",
	},
};

/**
 * target_ident_clean - check a text for an ASCII field and strip white space
 * @text: what was written
 * @max: characters that the field takes
 * @clean: buffer for @max characters and a NUL
 *
 * Return: 0, -EOVERFLOW if it is too long, or -EINVAL if it has characters
 * that an ASCII field cannot have (SPC-5 4.3.1)
 */
int target_ident_clean(const char *text, size_t max, char *clean)
{
	size_t length;
	size_t i;

	length = strcspn(text, "\n");
	if (length > max)
		return -EOVERFLOW;
	while (length && *text == ' ') {
		text++;
		length--;
	}
	while (length && text[length - 1] == ' ')
		length--;
	for (i = 0; i < length; i++) {
		if (!isascii(text[i]) || !isprint(text[i]))
			return -EINVAL;
	}
	memcpy(clean, text, length);
	clean[length] = 0;
	return 0;
}

static int exported(const struct target_dev *dev, const char *name)
{
	lockdep_assert_held(&dev->mutex);
	if (!dev->nr_links)
		return 0;
	pr_warn("target: %s/%s: %s cannot change while %u LUNs use the unit\n",
		dev->hba->ops->name, dev->name, name, dev->nr_links);
	return -EINVAL;
}

static int refuse(const struct target_dev *dev, const char *name, int error,
		  const char *takes)
{
	pr_warn("target: %s/%s: %s takes %s\n", dev->hba->ops->name, dev->name,
		name, takes);
	return error;
}

/**
 * target_ident_set_text - set one text of standard INQUIRY data
 * @dev: logical unit that no LUN links to
 * @which: which
 * @text: white space around it is dropped
 *
 * Return: 0, -EOVERFLOW, or -EINVAL, after a log line
 */
int target_ident_set_text(struct target_dev *dev, enum target_ident_text which,
			  const char *text)
{
	char clean[sizeof_field(struct target_ident, t10_id)];
	char takes[48];
	int ret;

	ret = target_ident_clean(text, texts[which].size - 1, clean);
	if (ret) {
		snprintf(takes, sizeof(takes), "up to %zu printable ASCII characters",
			 texts[which].size - 1);
		return refuse(dev, texts[which].name, ret, takes);
	}
	guard(mutex)(&dev->mutex);
	ret = exported(dev, texts[which].name);
	if (ret)
		return ret;
	strscpy((char *)&dev->ident + texts[which].offset, clean,
		texts[which].size);
	return 0;
}

static int parse_id(const char *text, enum target_ident_number which,
		    struct target_ident_id *id)
{
	size_t digits;

	*id = (struct target_ident_id){ };
	if (ids[which].optional && sysfs_streq(text, "none")) {
		id->len = TARGET_IDENT_NONE;
		return 0;
	}
	if (!strncasecmp(text, "0x", 2))
		text += 2;
	digits = strcspn(text, "\n");
	if (digits > 2 * TARGET_IDENT_ID_MAX)
		return -EOVERFLOW;
	if (!digits)
		return 0;
	if (digits % 2 || hex2bin(id->bytes, text, digits / 2) ||
	    !ids[which].is(id->bytes, digits / 2))
		return -EINVAL;
	id->len = digits / 2;
	return 0;
}

/**
 * target_ident_set_id - set an identifier that is a number
 * @dev: logical unit that no LUN links to
 * @which: which
 * @text: hexadecimal digits; none of them to derive it from the serial number;
 *	"none" for a unit without an NAA identifier
 *
 * Return: 0; after a log line, -EOVERFLOW if it is too long; -EINVAL if it is no
 * such identifier, or if the unit is in use
 */
int target_ident_set_id(struct target_dev *dev, enum target_ident_number which,
			const char *text)
{
	struct target_ident_id id;
	int ret;

	ret = parse_id(text, which, &id);
	if (ret)
		return refuse(dev, ids[which].name, ret, ids[which].takes);
	guard(mutex)(&dev->mutex);
	ret = exported(dev, ids[which].name);
	if (!ret)
		memcpy((char *)&dev->ident + ids[which].offset, &id, sizeof(id));
	return ret;
}

/**
 * target_ident_format_id - the text that sets an identifier
 * @id: identifier
 * @text: buffer
 * @size: of it
 *
 * Return: length
 */
int target_ident_format_id(const struct target_ident_id *id, char *text,
			   size_t size)
{
	if (id->len == TARGET_IDENT_NONE)
		return scnprintf(text, size, "none\n");
	return scnprintf(text, size, "%*phN\n", id->len, id->bytes);
}

/**
 * target_ident_set_company - set the company identifier of the NAA designator
 * @dev: logical unit that no LUN links to
 * @company_id: 24 bits that the IEEE assigned
 *
 * Return: 0; after a log line, -EOVERFLOW if it is longer, or -EINVAL
 */
int target_ident_set_company(struct target_dev *dev, u32 company_id)
{
	int ret;

	if (company_id > 0xffffff)
		return refuse(dev, "company_id", -EOVERFLOW,
			      "a number of 24 bits");
	guard(mutex)(&dev->mutex);
	ret = exported(dev, "company_id");
	if (!ret)
		dev->ident.company_id = company_id;
	return ret;
}

/* Initiators know disks by 15 characters of a name, not by all 16 of the field. */
#define MODEL_CHARS 15

/**
 * target_ident_model - make the product identification follow the name
 * @dev: logical unit whose emulate_model_alias was set
 */
void target_ident_model(struct target_dev *dev)
{
	lockdep_assert_held(&dev->mutex);
	if (dev->attr.emulate_model_alias)
		strscpy(dev->ident.product, dev->name, MODEL_CHARS + 1);
	else
		strscpy(dev->ident.product, dev->hba->ops->inquiry_prod);
}

/**
 * target_ident_set_alias - set the label of a logical unit
 * @dev: logical unit
 * @alias: text of one line
 *
 * Return: 0, or -EINVAL if it is too long
 */
int target_ident_set_alias(struct target_dev *dev, const char *alias)
{
	if (strlen(alias) >= sizeof(dev->alias))
		return -EINVAL;
	guard(mutex)(&dev->mutex);
	strscpy(dev->alias, alias);
	return 0;
}

/**
 * target_ident_set_udev_path - note where user space finds the medium
 * @dev: logical unit
 * @path: text of one line
 *
 * Return: 0, or -EINVAL if it is too long
 */
int target_ident_set_udev_path(struct target_dev *dev, const char *path)
{
	if (strlen(path) >= sizeof(dev->backend->udev_path))
		return -EINVAL;
	guard(mutex)(&dev->mutex);
	strscpy(dev->backend->udev_path, path);
	return 0;
}
