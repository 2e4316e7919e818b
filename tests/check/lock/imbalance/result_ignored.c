/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the lock was got is not asked: a signal, and what nobody holds is released. */
#include "kernel.h"

struct port {
	struct mutex lock;
	int n;
};

ssize_t port_write_bad(struct port *p)
{
	int err = mutex_lock_interruptible(&p->lock);
	ssize_t n;

	(void)err;
	n = p->n++;
	mutex_unlock(&p->lock); // finds lock/imbalance: is released on a path on which it is not held
	return n;
}

ssize_t port_write_ok(struct port *p)
{
	ssize_t n;

	if (mutex_lock_interruptible(&p->lock))
		return -EINTR;
	n = p->n++;
	mutex_unlock(&p->lock);
	return n;
}
