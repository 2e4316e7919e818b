/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of one srcu_struct is given to another, or a constant is. */
#include "kernel.h"

struct vm {
	struct srcu_struct memory, irqs;
};

void vm_prepare_ok(struct vm *vm)
{
	init_srcu_struct(&vm->memory);
	init_srcu_struct(&vm->irqs);
}

void vm_destroy_ok(struct vm *vm)
{
	cleanup_srcu_struct(&vm->memory);
	cleanup_srcu_struct(&vm->irqs);
}

void vm_inject_bad(struct vm *vm)
{
	int memory, irqs;

	memory = srcu_read_lock(&vm->memory); // step
	irqs = srcu_read_lock(&vm->irqs);     // step
	srcu_read_unlock(&vm->irqs, memory);  // finds rcu/srcu-index [error, high]: is given back to
	srcu_read_unlock(&vm->memory, irqs);  // finds rcu/srcu-index
}

void vm_inject_ok(struct vm *vm)
{
	int memory, irqs;

	memory = srcu_read_lock(&vm->memory);
	irqs = srcu_read_lock(&vm->irqs);
	srcu_read_unlock(&vm->irqs, irqs);
	srcu_read_unlock(&vm->memory, memory);
}

void vm_read_bad(struct vm *vm)
{
	srcu_read_lock(&vm->memory);
	srcu_read_unlock(&vm->memory, 0); // finds rcu/srcu-index: with a constant
}

/* The section begins in one function and ends in another. */
void vm_leave_ok(struct vm *vm, int index)
{
	srcu_read_unlock(&vm->memory, index);
}

void vm_guard_ok(struct vm *vm)
{
	guard(srcu)(&vm->memory);
}
