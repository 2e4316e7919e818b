/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A method of a device's file takes the lock of the device above: the driver core holds that one
 * while its driver is unbound, which removes the devices below and waits for their methods.
 * lockdep is told not to validate that lock, and says nothing.
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
	struct device *parent;
	struct mutex mutex;
	const struct attribute_group **groups;
};
struct device_attribute {
	struct attribute attr;
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};
#define DEVICE_ATTR_WO(_name, _store) \
	struct device_attribute dev_attr_##_name = { .attr = { #_name }, .store = _store }

int device_register(struct device *dev);
void device_unregister(struct device *dev);
struct kernfs_node *sysfs_break_active_protection(struct kobject *kobj,
						  const struct attribute *attr);
void sysfs_unbreak_active_protection(struct kernfs_node *kn);

static inline void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex); // step
}

static inline void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

void device_initialize(struct device *dev)
{
	mutex_init(&dev->mutex);
	lockdep_set_novalidate_class(&dev->mutex);
}

struct hub {
	int n_ports;
	struct device dev;
};

struct port {
	int power;
	struct device dev;
};

#define to_hub(d) container_of(d, struct hub, dev)
#define to_port(d) container_of(d, struct port, dev)

static void set_ports(struct hub *hub, int n)
{
	device_lock(&hub->dev); // step
	hub->n_ports = n;
	device_unlock(&hub->dev);
}

static ssize_t power_store_bad(struct device *dev, struct device_attribute *attr, const char *buf, // step
			       size_t count)
{
	set_ports(to_hub(dev->parent), 1); // finds deadlock/wait [warning, medium]: power_store_bad() takes dev->parent->mutex, of a device above its own: who unbinds that one's driver holds it, and waits in port_remove() for power_store_bad() to end
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(power, power_store_bad);

/* Its own is free again when the file is removed. */
static ssize_t own_store_ok(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count)
{
	device_lock(dev);
	to_port(dev)->power = 1;
	device_unlock(dev);
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(own, own_store_ok);

/* It waits for its own end only: others may remove the file meanwhile. */
static ssize_t broken_store_ok(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t count)
{
	struct kernfs_node *kn = sysfs_break_active_protection(&dev->kobj, &attr->attr);

	if (!kn)
		return -ENODEV;
	set_ports(to_hub(dev->parent), 1);
	sysfs_unbreak_active_protection(kn);
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(broken, broken_store_ok);

/* Nobody waits. */
static ssize_t tried_store_ok(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	if (!mutex_trylock(&dev->parent->mutex))
		return -EBUSY;
	to_hub(dev->parent)->n_ports = 1;
	device_unlock(dev->parent);
	return (ssize_t)count;
}
static DEVICE_ATTR_WO(tried, tried_store_ok);

static struct attribute *port_attrs[] = { &dev_attr_power.attr, &dev_attr_own.attr,
					  &dev_attr_broken.attr, &dev_attr_tried.attr, NULL };
static const struct attribute_group port_group = { .attrs = port_attrs };
static const struct attribute_group *port_groups[] = { &port_group, NULL };

int port_add(struct hub *hub, struct port *p)
{
	p->dev.parent = &hub->dev;
	p->dev.groups = port_groups;
	return device_register(&p->dev);
}

void port_remove(struct port *p)
{
	device_unregister(&p->dev); // step
}
