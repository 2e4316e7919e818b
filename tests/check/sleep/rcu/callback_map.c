/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lockdep's map for callbacks of RCU is taken as a reader's map is, and is none. */
#include "kernel.h"

void rcu_lock_acquire(struct lockdep_map *map);
void rcu_lock_release(struct lockdep_map *map);

static struct lock_class_key callback_key;
static struct lockdep_map callback_map = { .key = &callback_key, .name = "rcu_callback" };

static struct lock_class_key reader_key;
static struct lockdep_map reader_map = { .key = &reader_key, .name = "my_reader" };

void free_in_bulk_ok(int n)
{
	rcu_lock_acquire(&callback_map);
	msleep(n);
	rcu_lock_release(&callback_map);
}

void read_bad(int n)
{
	rcu_lock_acquire(&reader_map); // step
	msleep(n); // finds sleep/rcu [error, high]: msleep() may sleep inside
	rcu_lock_release(&reader_map);
}
