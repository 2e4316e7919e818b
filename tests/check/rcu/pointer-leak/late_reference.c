/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reference that is taken when the section has ended. */
#include "kernel.h"

struct device_of {
	struct list_head list;
	struct kref ref;
	int address;
};

static LIST_HEAD(devices);

struct device_of *device_get_bad(int address)
{
	struct device_of *d;

	rcu_read_lock();
	list_for_each_entry_rcu(d, &devices, list) {
		if (d->address == address) {
			rcu_read_unlock(); // step
			kref_get(&d->ref); // finds rcu/pointer-leak [error, high]: d is used after the RCU section
			return d;
		}
	}
	rcu_read_unlock();
	return NULL;
}

struct device_of *device_get_ok(int address)
{
	struct device_of *d;

	rcu_read_lock();
	list_for_each_entry_rcu(d, &devices, list) {
		if (d->address == address) {
			kref_get(&d->ref);
			rcu_read_unlock();
			return d;
		}
	}
	rcu_read_unlock();
	return NULL;
}
