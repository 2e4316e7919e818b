/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file in sysfs goes away with a lock held that its method takes: who removes the file waits
 * until nobody is in the method any more.
 *
 *   CPU0                              CPU1, a write to the file
 *   mutex_lock(&hub_mutex)            power_store():
 *   device_unregister(&port->dev)       mutex_lock(&hub_mutex), waits for CPU0
 *     waits for CPU1
 */
#include "kernel.h"

struct kernfs_node;
struct kobject {
	const char *name;
};
struct attribute {
	const char *name;
};
struct attribute_group {
	const char *name;
	struct attribute **attrs;
};
struct device {
	struct kobject kobj;
	const struct attribute_group **groups;
};
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};
struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
};
#define DEVICE_ATTR_RO(_name) \
	struct device_attribute dev_attr_##_name = { .attr = { #_name }, .show = _name##_show }
#define DEVICE_ATTR_WO(_name) \
	struct device_attribute dev_attr_##_name = { .attr = { #_name }, .store = _name##_store }

int device_register(struct device *dev);
void device_unregister(struct device *dev);
int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp);
struct kernfs_node *sysfs_break_active_protection(struct kobject *kobj,
						  const struct attribute *attr);
void sysfs_unbreak_active_protection(struct kernfs_node *kn);

static DEFINE_MUTEX(hub_mutex);
static DEFINE_MUTEX(own_mutex);
static DEFINE_MUTEX(bus_mutex);
static DEFINE_MUTEX(late_mutex);

struct port {
	struct device dev;
	int power;
};

static ssize_t power_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	mutex_lock(&hub_mutex); // step
	mutex_unlock(&hub_mutex);
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(power);

static struct attribute *port_attrs[] = { &dev_attr_power.attr, NULL };
static const struct attribute_group port_group = { .attrs = port_attrs };
static const struct attribute_group *port_groups[] = { &port_group, NULL };

int port_add_ok(struct port *p)
{
	p->dev.groups = port_groups;
	return device_register(&p->dev);
}

void port_remove_bad(struct port *p)
{
	mutex_lock(&hub_mutex); // step
	device_unregister(&p->dev); // finds deadlock/wait [error, high]: device_unregister() waits for power_store(), which takes check/deadlock/wait/attributes.c:hub_mutex, while
	mutex_unlock(&hub_mutex);
}

/* It waits for its own end only: others may remove the file meanwhile. */
struct card {
	struct device dev;
};

static ssize_t own_store(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count)
{
	struct kernfs_node *kn = sysfs_break_active_protection(&dev->kobj, &attr->attr);

	if (!kn)
		return -ENODEV;
	mutex_lock(&own_mutex);
	mutex_unlock(&own_mutex);
	sysfs_unbreak_active_protection(kn);
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(own);

int card_add_ok(struct card *c)
{
	return device_create_file(&c->dev, &dev_attr_own);
}

void card_remove_ok(struct card *c)
{
	mutex_lock(&own_mutex);
	device_remove_file(&c->dev, &dev_attr_own);
	mutex_unlock(&own_mutex);
}

/* One file. */
struct bus {
	struct device dev;
};

static ssize_t scan_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	mutex_lock(&bus_mutex); // step
	mutex_unlock(&bus_mutex);
	return 0;
}
static DEVICE_ATTR_RO(scan);

static ssize_t late_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	mutex_lock(&late_mutex);
	mutex_unlock(&late_mutex);
	return 0;
}
static DEVICE_ATTR_RO(late);

void bus_remove_bad(struct bus *b)
{
	mutex_lock(&bus_mutex); // step
	device_remove_file(&b->dev, &dev_attr_scan); // finds deadlock/wait: device_remove_file() waits for scan_show(), which takes check/deadlock/wait/attributes.c:bus_mutex, while
	device_remove_file(&b->dev, &dev_attr_late);
	mutex_unlock(&bus_mutex);
	mutex_lock(&late_mutex);
	device_remove_file(&b->dev, &dev_attr_scan);
	mutex_unlock(&late_mutex);
}

/* A group, which is added later; another device's goes under the same lock. */
static DEFINE_MUTEX(disk_mutex);

struct disk {
	struct device dev;
};

static ssize_t cache_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	mutex_lock(&disk_mutex); // step
	mutex_unlock(&disk_mutex);
	return 0;
}

static struct kobj_attribute cache_attr = { .attr = { .name = "cache" }, .show = cache_show };
static struct attribute *disk_attrs[] = { &cache_attr.attr, NULL };
static const struct attribute_group disk_group = { .attrs = disk_attrs };

int disk_add_ok(struct disk *d)
{
	return sysfs_create_group(&d->dev.kobj, &disk_group);
}

void disk_remove_bad(struct disk *d, struct card *c)
{
	mutex_lock(&disk_mutex); // step
	device_unregister(&c->dev);
	sysfs_remove_group(&d->dev.kobj, &disk_group); // finds deadlock/wait: sysfs_remove_group() waits for cache_show(), which takes check/deadlock/wait/attributes.c:disk_mutex, while
	mutex_unlock(&disk_mutex);
}
