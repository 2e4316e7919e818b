/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocations that may sleep in a reader. */
#include "more.h"

void *copy_bad(void)
{
	void *buffer;

	rcu_read_lock();
	buffer = kmalloc(16, GFP_KERNEL); // reports: kmalloc() may sleep in the RCU reader
	rcu_read_unlock();
	return buffer;
}

void *early_exit_bad(bool early)
{
	void *buffer = NULL;

	rcu_read_lock();
	if (early) {
		rcu_read_unlock();
		return kmalloc(8, GFP_KERNEL);
	}
	buffer = kzalloc(8, GFP_NOFS); // reports: kzalloc() may sleep in the RCU reader
	rcu_read_unlock();
	return buffer;
}

void *copy_ok(void)
{
	void *buffer;

	rcu_read_lock();
	buffer = kmalloc(16, GFP_ATOMIC);
	rcu_read_unlock();
	if (!buffer)
		buffer = kmalloc(16, GFP_KERNEL);
	return buffer;
}
