/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A document declares the order (rules/kernel/order.json), and nothing closes the circle yet.
 *
 *   Documentation/virt/kvm/locking.rst: kvm->lock before vcpu->mutex, and before kvm->slots_lock,
 *   which comes before kvm->irq_lock
 */
#include "kernel.h"

struct kvm {
	struct mutex lock, slots_lock, irq_lock;
};

struct kvm_vcpu {
	struct kvm *kvm;
	struct mutex mutex;
};

void vcpu_ioctl_bad(struct kvm_vcpu *vcpu)
{
	mutex_lock(&vcpu->mutex);
	mutex_lock(&vcpu->kvm->lock); // finds deadlock/order: kvm->lock
	mutex_unlock(&vcpu->kvm->lock);
	mutex_unlock(&vcpu->mutex);
}

/* Declared through a third lock only. */
void set_routing_bad(struct kvm *kvm)
{
	mutex_lock(&kvm->irq_lock);
	mutex_lock(&kvm->slots_lock); // finds deadlock/order: slots_lock
	mutex_unlock(&kvm->slots_lock);
	mutex_unlock(&kvm->irq_lock);
}

void set_memory_ok(struct kvm *kvm)
{
	mutex_lock(&kvm->lock);
	mutex_lock(&kvm->slots_lock);
	mutex_unlock(&kvm->slots_lock);
	mutex_unlock(&kvm->lock);
}

/* A lock that was only tried waits for nobody. */
void vcpu_try_ok(struct kvm_vcpu *vcpu)
{
	mutex_lock(&vcpu->mutex);
	if (mutex_trylock(&vcpu->kvm->lock))
		mutex_unlock(&vcpu->kvm->lock);
	mutex_unlock(&vcpu->mutex);
}
