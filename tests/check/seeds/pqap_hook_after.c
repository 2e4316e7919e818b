/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 000, s390 vfio-ap: a rwsem around the hook, whose readers may sleep. */
#include "kernel.h"

struct vcpu;

struct hook {
	int (*hook)(struct vcpu *vcpu);
};

struct vcpu {
	struct rw_semaphore pqap_hook_rwsem;
	struct hook *pqap_hook;
	int status;
};

static struct {
	struct mutex lock;
	int queues;
} matrix_dev;

static int handle_pqap_ok(struct vcpu *vcpu)
{
	mutex_lock(&matrix_dev.lock);
	vcpu->status = matrix_dev.queues;
	mutex_unlock(&matrix_dev.lock);
	return 0;
}

static struct hook ap_hook = { .hook = handle_pqap_ok };

void vcpu_attach_ok(struct vcpu *vcpu)
{
	down_write(&vcpu->pqap_hook_rwsem);
	vcpu->pqap_hook = &ap_hook;
	up_write(&vcpu->pqap_hook_rwsem);
}

int vcpu_intercept_ok(struct vcpu *vcpu)
{
	int ret = -ENODEV;

	down_read(&vcpu->pqap_hook_rwsem);
	if (vcpu->pqap_hook)
		ret = vcpu->pqap_hook->hook(vcpu);
	up_read(&vcpu->pqap_hook_rwsem);
	return ret;
}
