/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seed 004, right: each index goes back to where it came from. */
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

void vm_set_irq_ok(struct vm *vm)
{
	int index = srcu_read_lock(&vm->irq_srcu);

	srcu_read_unlock(&vm->irq_srcu, index);
}
