/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 000, s390 vfio-ap: the hook is read under RCU, and what it calls needs to sleep. A rwsem
 * serves; SRCU would, too, at a price.
 */
#include "kernel.h"

struct vcpu;

struct hook {
	int (*hook)(struct vcpu *vcpu);
};

struct vcpu {
	struct hook *pqap_hook;
	int status;
};

static struct {
	struct mutex lock;
	int queues;
} matrix_dev;

static int handle_pqap_bad(struct vcpu *vcpu)
{
	mutex_lock(&matrix_dev.lock); // step
	vcpu->status = matrix_dev.queues;
	mutex_unlock(&matrix_dev.lock);
	return 0;
}

static struct hook ap_hook = { .hook = handle_pqap_bad };

void vcpu_attach_ok(struct vcpu *vcpu)
{
	rcu_assign_pointer(vcpu->pqap_hook, &ap_hook);
}

int vcpu_intercept_bad(struct vcpu *vcpu)
{
	struct hook *hook;
	int ret = -ENODEV;

	rcu_read_lock(); // step
	hook = rcu_dereference(vcpu->pqap_hook);
	if (hook)
		ret = hook->hook(vcpu); // finds sleep/rcu [error, high]: handle_pqap_bad() may sleep inside rcu_read_lock()
	rcu_read_unlock();
	return ret;
}
