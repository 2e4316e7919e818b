/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callers give a reference back that nobody has taken. */
#include "kernel.h"

struct iface {
	struct list_head list;
	struct kref ref;
	int index;
};

static LIST_HEAD(ifaces);
static DEFINE_MUTEX(ifaces_lock);

int kref_put(struct kref *kref, void (*release)(struct kref *kref));

static void iface_release(struct kref *ref)
{
	kfree(container_of(ref, struct iface, ref));
}

static void iface_put(struct iface *i)
{
	kref_put(&i->ref, iface_release);
}

struct iface *iface_by_index_bad(int index)
{
	struct iface *i;

	rcu_read_lock();
	list_for_each_entry_rcu(i, &ifaces, list) {
		if (i->index == index)
			goto out;
	}
	i = NULL;
out:
	rcu_read_unlock();
	return i; // finds rcu/pointer-leak [warning]: is returned after the RCU section
}

int iface_event(int index)
{
	struct iface *i;
	int n = 0;

	mutex_lock(&ifaces_lock);
	i = iface_by_index_bad(index);
	if (i) {
		n = i->index;
		iface_put(i);
	}
	mutex_unlock(&ifaces_lock);
	return n;
}

struct port {
	struct list_head list;
	struct kref ref;
	int index;
};

static LIST_HEAD(ports);

static void port_release(struct kref *ref)
{
	kfree(container_of(ref, struct port, ref));
}

static void port_put(struct port *p)
{
	kref_put(&p->ref, port_release);
}

struct port *port_by_index_ok(int index)
{
	struct port *p;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &ports, list) {
		if (p->index == index && kref_get_unless_zero(&p->ref))
			goto out;
	}
	p = NULL;
out:
	rcu_read_unlock();
	return p;
}

int port_event(int index)
{
	struct port *p = port_by_index_ok(index);
	int n = p ? p->index : 0;

	if (p)
		port_put(p);
	return n;
}
