/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both orders, but never at the same time: a lock is held around each.
 *
 *   CPU0              CPU1
 *   lock(gate)        lock(gate)
 *   lock(left)        lock(right)
 *   lock(right)       lock(left)
 */
#include "kernel.h"

struct pair {
	struct mutex gate, left, right;
};

void forward_ok(struct pair *p)
{
	mutex_lock(&p->gate);
	mutex_lock(&p->left);
	mutex_lock(&p->right);
	mutex_unlock(&p->right);
	mutex_unlock(&p->left);
	mutex_unlock(&p->gate);
}

void backward_ok(struct pair *p)
{
	mutex_lock(&p->gate);
	mutex_lock(&p->right);
	mutex_lock(&p->left);
	mutex_unlock(&p->left);
	mutex_unlock(&p->right);
	mutex_unlock(&p->gate);
}

/* Readers of the gate do not keep each other out. */
struct shared {
	struct rw_semaphore gate;
	struct mutex left, right;
};

void forward_bad(struct shared *p)
{
	down_read(&p->gate);
	mutex_lock(&p->left);
	mutex_lock(&p->right); // finds deadlock/cycle: left -> right -> left
	mutex_unlock(&p->right);
	mutex_unlock(&p->left);
	up_read(&p->gate);
}

void backward_bad(struct shared *p)
{
	down_read(&p->gate);
	mutex_lock(&p->right);
	mutex_lock(&p->left); // step
	mutex_unlock(&p->left);
	mutex_unlock(&p->right);
	up_read(&p->gate);
}
