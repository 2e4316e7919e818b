/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's method waits for work that removes the file: each waits for the other to end. */
#include "kernel.h"

struct kobject {
	const char *name;
};
struct attribute {
	const char *name;
};
struct device {
	struct kobject kobj;
};
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};
#define DEVICE_ATTR_WO(_name) \
	struct device_attribute dev_attr_##_name = { .attr = { #_name }, .store = _name##_store }

int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);

struct ctrl {
	struct device dev;
	struct work_struct reset;
	int n;
};

static ssize_t reset_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	struct ctrl *c = container_of(dev, struct ctrl, dev);

	flush_work(&c->reset); // finds deadlock/wait [error, high]: reset_store() waits in flush_work() for ctrl_reset(), which waits in device_remove_file() for reset_store() to end
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(reset);

static void ctrl_reset(struct work_struct *work)
{
	struct ctrl *c = container_of(work, struct ctrl, reset); // step

	device_remove_file(&c->dev, &dev_attr_reset); // step
}

int ctrl_add_ok(struct ctrl *c)
{
	INIT_WORK(&c->reset, ctrl_reset);
	return device_create_file(&c->dev, &dev_attr_reset);
}
