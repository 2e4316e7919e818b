/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions whose body is not in sight, and whose result says whether they locked. */
#include "kernel.h"

struct port {
	struct semaphore sem;
	spinlock_t lock;
	int n;
};

int port_claim(struct port *p) __cond_acquires(0, &p->lock);
int down_timeout(struct semaphore *sem, long jiffies) __must_check;

int port_poll_ok(struct port *p)
{
	if (port_claim(p))
		return -EBUSY;
	p->n++;
	spin_unlock(&p->lock);
	return 0;
}

int port_poll_bad(struct port *p)
{
	if (port_claim(p))
		return -EBUSY;
	if (p->n > 3)
		return -EINVAL; // finds lock/imbalance: port_poll_bad() returns with p->lock held here, and elsewhere without
	p->n++;
	spin_unlock(&p->lock);
	return 0;
}

int port_wait_ok(struct port *p)
{
	if (down_timeout(&p->sem, 100))
		return -ETIMEDOUT;
	p->n++;
	up(&p->sem);
	return 0;
}

int port_wait_bad(struct port *p)
{
	if (down_timeout(&p->sem, 100)) // step
		return -ETIMEDOUT; // step
	if (p->n > 3)
		return -EINVAL; // finds lock/imbalance: returns with p->sem held
	up(&p->sem);
	return 0;
}
