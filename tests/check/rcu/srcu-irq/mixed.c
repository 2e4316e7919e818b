/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 004: a worker and an interrupt read the same srcu_struct. Right since Linux 4.12, so it is
 * a note where the version is not known; tests/cli/srcu_irq_old has it as an error.
 */
#include "kernel.h"

struct vm {
	struct srcu_struct irqs;
	spinlock_t lock;
	int routes;
};

void vm_prepare_ok(struct vm *vm)
{
	init_srcu_struct(&vm->irqs);
}

static irqreturn_t irqfd_wakeup_bad(int irq, void *data)
{
	struct vm *vm = data;
	int index = srcu_read_lock(&vm->irqs); // step

	srcu_read_unlock(&vm->irqs, index);
	return IRQ_HANDLED;
}

int vm_set_irq_bad(struct vm *vm)
{
	int index = srcu_read_lock(&vm->irqs); // finds rcu/srcu-irq [note, medium]: by tasks and by interrupts
	int routes = vm->routes;

	srcu_read_unlock(&vm->irqs, index);
	return routes;
}

int vm_assign_ok(struct vm *vm)
{
	return request_irq(3, irqfd_wakeup_bad, 0, "vm", vm);
}

void vm_destroy_ok(struct vm *vm)
{
	free_irq(3, vm);
	cleanup_srcu_struct(&vm->irqs);
}
