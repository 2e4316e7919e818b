/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flag was worked out before the lock was taken, from what the switch asks again. The commands
 * are numbers with no sign, as they are in ioctls: that equals what any other comparison asks.
 */
#include "kernel.h"

struct vm {
	struct mutex lock;
	int state;
};

struct cmd {
	unsigned int cmd;
};

static void perform(struct vm *vm)
{
	mutex_lock(&vm->lock);
	vm->state = 0;
	mutex_unlock(&vm->lock);
}

void handle_ok(struct vm *vm, struct cmd *cmd)
{
	const bool need_lock = (cmd->cmd != 6);

	if (need_lock)
		mutex_lock(&vm->lock);
	switch (cmd->cmd) {
	case 1:
		vm->state = 1;
		break;
	case 6:
		perform(vm);
		break;
	}
	if (need_lock)
		mutex_unlock(&vm->lock);
}

struct vm_bad {
	struct mutex lock;
	int state;
};

static void perform_bad(struct vm_bad *vm)
{
	mutex_lock(&vm->lock); // step
	vm->state = 0;
	mutex_unlock(&vm->lock);
}

void handle_bad(struct vm_bad *vm, struct cmd *cmd)
{
	const bool need_lock = (cmd->cmd != 6);

	if (need_lock)
		mutex_lock(&vm->lock); // step
	switch (cmd->cmd) {
	case 1:
		perform_bad(vm); // finds deadlock/self: lock is taken while
		break;
	case 6:
		perform_bad(vm);
		break;
	}
	if (need_lock)
		mutex_unlock(&vm->lock);
}
