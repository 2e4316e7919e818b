/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 002, vfio-ap hot plug: three locks of drivers/s390/crypto, arch/s390/kvm and virt/kvm in a
 * circle, through the hook that KVM calls for the PQAP instruction.
 *
 *   assign                      VCPU_RUN                    KVM ioctl
 *   matrix_dev->lock            vcpu->mutex                 kvm->lock
 *   kvm->lock                   matrix_dev->lock (hook)     vcpu->mutex
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

/* drivers/s390/crypto: a reader blocks behind a waiting writer, so reading closes the circle. */
static int handle_pqap_bad(struct vcpu *vcpu)
{
	int queues;

	down_read(&matrix_dev->guests_lock); // finds deadlock/cycle: guests_lock -> lock -> mutex
	queues = matrix_dev->queues;
	up_read(&matrix_dev->guests_lock);
	return queues;
}

static struct pqap_hook vfio_ap_hook = { .hook = handle_pqap_bad };

void matrix_mdev_set_kvm_ok(struct kvm *kvm)
{
	kvm->pqap_hook = &vfio_ap_hook;
}

void assign_adapter_bad(void)
{
	down_write(&matrix_dev->guests_lock);
	mutex_lock(&matrix_dev->kvm->lock); // step
	mutex_unlock(&matrix_dev->kvm->lock);
	up_write(&matrix_dev->guests_lock);
}

/* arch/s390/kvm */
int vcpu_run_bad(struct vcpu *vcpu)
{
	int result;

	mutex_lock(&vcpu->mutex); // step
	result = vcpu->kvm->pqap_hook->hook(vcpu);
	mutex_unlock(&vcpu->mutex);
	return result;
}

/* virt/kvm */
void kvm_stop_bad(struct kvm *kvm)
{
	mutex_lock(&kvm->lock); // step
	mutex_lock(&kvm->first->mutex); // step
	mutex_unlock(&kvm->first->mutex);
	mutex_unlock(&kvm->lock);
}
