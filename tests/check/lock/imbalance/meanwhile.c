/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was stored before a lock was given up is somebody else's by the time it is taken again. */
#include "kernel.h"

enum state { IDLE, RUNNING, DONE };

struct device_port {
	spinlock_t lock;
	struct mutex users;
	enum state state;
	int n;
};

void wait_for(struct device_port *p);

static int probe_ok(struct device_port *p)
{
	int error = 0;

	spin_lock(&p->lock);
	for (int retry = 0; retry < 3; retry++) {
		p->state = RUNNING;
		spin_unlock(&p->lock);
		wait_for(p);
		spin_lock(&p->lock);
		error = -EBUSY;
		if (p->state == DONE) {
			error = 0;
			break;
		}
	}
	spin_unlock(&p->lock);
	return error;
}

int open_bad(struct device_port *p)
{
	if (probe_ok(p))
		return -EIO;
	mutex_lock(&p->users); // step
	if (p->n)
		return -EBUSY; // finds lock/imbalance: returns with p->users held
	p->n++;
	mutex_unlock(&p->users);
	return 0;
}

int open_ok(struct device_port *p)
{
	int error = 0;

	if (probe_ok(p))
		return -EIO;
	mutex_lock(&p->users);
	if (p->n)
		error = -EBUSY;
	else
		p->n++;
	mutex_unlock(&p->users);
	return error;
}
