/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 002: the same in the declared order. */
#include "kernel.h"

struct kvm {
	struct mutex lock;
	int online;
};

struct kvm_vcpu {
	struct mutex mutex;
	struct kvm *kvm;
};

int vcpu_queue_ok(struct kvm_vcpu *vcpu)
{
	struct kvm *kvm = vcpu->kvm;
	int online;

	mutex_lock(&kvm->lock);
	mutex_lock(&vcpu->mutex);
	online = kvm->online;
	mutex_unlock(&vcpu->mutex);
	mutex_unlock(&kvm->lock);
	return online;
}
