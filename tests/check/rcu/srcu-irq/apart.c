/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks read with interrupts off, so that no interrupt comes in between. */
// run: --all
#include "kernel.h"

struct vm {
	struct srcu_struct irqs;
	int routes;
};

void vm_prepare_ok(struct vm *vm)
{
	init_srcu_struct(&vm->irqs);
}

static irqreturn_t irqfd_wakeup_ok(int irq, void *data)
{
	struct vm *vm = data;
	int index = srcu_read_lock(&vm->irqs);

	srcu_read_unlock(&vm->irqs, index);
	return IRQ_HANDLED;
}

int vm_set_irq_ok(struct vm *vm)
{
	unsigned long flags;
	int index, routes;

	local_irq_save(flags);
	index = srcu_read_lock(&vm->irqs);
	routes = vm->routes;
	srcu_read_unlock(&vm->irqs, index);
	local_irq_restore(flags);
	return routes;
}

int vm_assign_ok(struct vm *vm)
{
	return request_irq(3, irqfd_wakeup_ok, 0, "vm", vm);
}

void vm_destroy_ok(struct vm *vm)
{
	free_irq(3, vm);
	cleanup_srcu_struct(&vm->irqs);
}
