/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 002, vfio-ap: one step against the order that Documentation/virt/kvm/locking.rst declares,
 * kvm->lock before vcpu->mutex. Nothing closes the circle here: the other half is in kvm, and may be
 * in what nobody has read.
 */
#include "kernel.h"

struct kvm {
	struct mutex lock;
	int online;
};

struct kvm_vcpu {
	struct mutex mutex;
	struct kvm *kvm;
};

int vcpu_queue_bad(struct kvm_vcpu *vcpu)
{
	int online;

	mutex_lock(&vcpu->mutex); // step
	mutex_lock(&vcpu->kvm->lock); // finds deadlock/order
	online = vcpu->kvm->online;
	mutex_unlock(&vcpu->kvm->lock);
	mutex_unlock(&vcpu->mutex);
	return online;
}
