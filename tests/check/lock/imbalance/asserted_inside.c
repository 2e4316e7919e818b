/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An assertion that a condition guards: on an architecture whose warning is a lone trap nothing of
 * it is left but the variable that its macro has. The condition itself is none that has failed.
 */
#include "kernel.h"

#define TRAP_ON(condition)                                                                         \
	({                                                                                         \
		int __ret_warn_on = !!(condition);                                                 \
		if (unlikely(__ret_warn_on))                                                       \
			asm volatile("mc 0,0");                                                    \
		unlikely(__ret_warn_on);                                                           \
	})

struct node {
	struct mutex lock;
	int mode;
};

static void lock_one(struct node *node, struct node *other)
{
	if (node)
		TRAP_ON(node->mode == 3);
	if (other)
		TRAP_ON(other->mode == 3);
	if (node)
		mutex_lock(&node->lock);
}

int change_ok(struct node *node, struct node *other, int mode)
{
	if (!node)
		return -EINVAL;
	lock_one(node, other);
	node->mode = mode;
	mutex_unlock(&node->lock);
	return 0;
}

int change_bad(struct node *node, struct node *other, int mode)
{
	if (!node)
		return -EINVAL;
	lock_one(node, other); // step
	if (mode < 0)
		return -EINVAL; // finds lock/imbalance: change_bad() returns with node->lock held
	node->mode = mode;
	mutex_unlock(&node->lock);
	return 0;
}
