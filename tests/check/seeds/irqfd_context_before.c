/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 004, KVM irqfd: irqfd_wakeup() reads irq_srcu in an interrupt, kvm_set_irq() in a worker. A
 * note where the version is not known, an error before Linux 4.12 (tests/cli/srcu_irq_old). And a
 * reader that waits for its own domain.
 */
#include "kernel.h"

struct vm {
	struct srcu_struct irq_srcu;
	int routes;
};

void vm_prepare_ok(struct vm *vm)
{
	init_srcu_struct(&vm->irq_srcu);
}

static irqreturn_t irqfd_wakeup_bad(int irq, void *data)
{
	struct vm *vm = data;
	int index = srcu_read_lock(&vm->irq_srcu); // step

	srcu_read_unlock(&vm->irq_srcu, index);
	return IRQ_HANDLED;
}

int kvm_set_irq_bad(struct vm *vm)
{
	int index = srcu_read_lock(&vm->irq_srcu); // finds rcu/srcu-irq [note, medium]: by tasks and by interrupts
	int routes = vm->routes;

	srcu_read_unlock(&vm->irq_srcu, index);
	return routes;
}

void routes_update_bad(struct vm *vm)
{
	int index = srcu_read_lock(&vm->irq_srcu); // step

	vm->routes++;
	synchronize_srcu(&vm->irq_srcu); // finds rcu/srcu-self-wait [error, high]: inside one of them
	srcu_read_unlock(&vm->irq_srcu, index);
}

int vm_assign_ok(struct vm *vm)
{
	return request_irq(3, irqfd_wakeup_bad, 0, "vm", vm);
}

void vm_destroy_ok(struct vm *vm)
{
	free_irq(3, vm);
	cleanup_srcu_struct(&vm->irq_srcu);
}
