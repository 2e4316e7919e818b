/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 002 as it was solved: kvm->lock is taken before the driver's own lock, in all three places.
 *
 *   assign                      VCPU_RUN                    KVM ioctl
 *   kvm->lock                   vcpu->mutex                 kvm->lock
 *   matrix_dev->lock            matrix_dev->lock (hook)     vcpu->mutex
 */
#include "kernel.h"

struct vcpu;

struct pqap_hook {
	int (*hook)(struct vcpu *vcpu);
};

struct kvm {
	struct mutex lock;
	struct pqap_hook *pqap_hook;
	struct vcpu *first;
};

struct vcpu {
	struct mutex mutex;
	struct kvm *kvm;
};

struct matrix_dev {
	struct rw_semaphore guests_lock;
	struct kvm *kvm;
	int queues;
};

static struct matrix_dev *matrix_dev;

/* drivers/s390/crypto */
static int handle_pqap_ok(struct vcpu *vcpu)
{
	int queues;

	down_read(&matrix_dev->guests_lock);
	queues = matrix_dev->queues;
	up_read(&matrix_dev->guests_lock);
	return queues;
}

static struct pqap_hook vfio_ap_hook = { .hook = handle_pqap_ok };

void matrix_mdev_set_kvm_ok(struct kvm *kvm)
{
	kvm->pqap_hook = &vfio_ap_hook;
}


/* arch/s390/kvm */
int vcpu_run_ok(struct vcpu *vcpu)
{
	int result;

	mutex_lock(&vcpu->mutex);
	result = vcpu->kvm->pqap_hook->hook(vcpu);
	mutex_unlock(&vcpu->mutex);
	return result;
}

/* virt/kvm */
void kvm_stop_ok(struct kvm *kvm)
{
	mutex_lock(&kvm->lock);
	mutex_lock(&kvm->first->mutex);
	mutex_unlock(&kvm->first->mutex);
	mutex_unlock(&kvm->lock);
}

void assign_adapter_ok(struct kvm *kvm)
{
	mutex_lock(&kvm->lock);
	down_write(&matrix_dev->guests_lock);
	matrix_dev->queues++;
	up_write(&matrix_dev->guests_lock);
	mutex_unlock(&kvm->lock);
}
