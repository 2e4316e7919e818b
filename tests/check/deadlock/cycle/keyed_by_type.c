/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each type of key has a class of its own for its semaphores. A circle of three goes from one
 * type's to another's, as likely as not: a warning.
 */
#include "kernel.h"

struct key_type {
	struct lock_class_key lock_class;
};

struct key {
	struct rw_semaphore sem;
	struct key_type *type;
	int n;
};

static DEFINE_MUTEX(construction_mutex);
static DEFINE_MUTEX(link_mutex);

void key_alloc(struct key *key)
{
	init_rwsem(&key->sem);
	lockdep_set_class(&key->sem, &key->type->lock_class);
}

void key_instantiate_bad(struct key *key)
{
	mutex_lock(&construction_mutex); // step
	down_write(&key->sem);		 // finds deadlock/cycle [warning, medium]: are taken in a circle
	up_write(&key->sem);
	mutex_unlock(&construction_mutex);
}

void key_link_ok(struct key *key)
{
	down_write(&key->sem);	 // step
	mutex_lock(&link_mutex); // step
	mutex_unlock(&link_mutex);
	up_write(&key->sem);
}

void key_construct_ok(void)
{
	mutex_lock(&link_mutex);	 // step
	mutex_lock(&construction_mutex); // step
	mutex_unlock(&construction_mutex);
	mutex_unlock(&link_mutex);
}
