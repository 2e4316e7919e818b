/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 004, KVM irqfd: two srcu_structs in one function, and their indices mixed up. */
#include "kernel.h"

struct vm {
	struct srcu_struct srcu, irq_srcu;
};

void vm_create_ok(struct vm *vm)
{
	init_srcu_struct(&vm->srcu);
	init_srcu_struct(&vm->irq_srcu);
}

void vm_destroy_ok(struct vm *vm)
{
	cleanup_srcu_struct(&vm->irq_srcu);
	cleanup_srcu_struct(&vm->srcu);
}

void vm_set_irq_bad(struct vm *vm)
{
	int index = srcu_read_lock(&vm->irq_srcu); // step

	srcu_read_unlock(&vm->srcu, index); // finds rcu/srcu-index
}
