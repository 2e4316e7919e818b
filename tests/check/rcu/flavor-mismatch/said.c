/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections that callers open: srcu_dereference() says by itself whose readers read, and
 * rcu_dereference() in an SRCU section is in no reader that it asks for.
 */
#include "kernel.h"

struct table {
	int n;
};

struct vm {
	struct srcu_struct srcu;
	struct mutex lock;
	struct table __rcu *table;
	struct table __rcu *other;
};

int vm_lookup(struct vm *vm)
{
	return srcu_dereference(vm->table, &vm->srcu)->n; // step
}

void vm_set_bad(struct vm *vm, struct table *table)
{
	struct table *old;

	mutex_lock(&vm->lock);
	old = rcu_replace_pointer(vm->table, table, lockdep_is_held(&vm->lock));
	mutex_unlock(&vm->lock);
	synchronize_rcu(); // finds rcu/flavor-mismatch: vm->table is read in sections of vm->srcu
	kfree(old);
}

static int vm_read_bad(struct vm *vm)
{
	return rcu_dereference(vm->other)->n; // finds rcu/flavor-mismatch [warning]: vm->other is read with rcu_dereference() in a section of vm->srcu
}

int vm_user(struct vm *vm)
{
	int index = srcu_read_lock(&vm->srcu), n;

	n = vm_read_bad(vm) + vm_lookup(vm);
	srcu_read_unlock(&vm->srcu, index);
	return n;
}

struct host {
	struct srcu_struct srcu;
	struct mutex lock;
	struct table __rcu *table;
	struct table __rcu *other;
};

int host_lookup_ok(struct host *h)
{
	return srcu_dereference(h->table, &h->srcu)->n;
}

void host_set_ok(struct host *h, struct table *table)
{
	struct table *old;

	mutex_lock(&h->lock);
	old = rcu_replace_pointer(h->table, table, lockdep_is_held(&h->lock));
	mutex_unlock(&h->lock);
	synchronize_srcu(&h->srcu);
	kfree(old);
}

/* Both sections are open. */
static int host_read_ok(struct host *h)
{
	return rcu_dereference(h->other)->n;
}

int host_user(struct host *h)
{
	int index = srcu_read_lock(&h->srcu), n;

	rcu_read_lock();
	n = host_read_ok(h) + host_lookup_ok(h);
	rcu_read_unlock();
	srcu_read_unlock(&h->srcu, index);
	return n;
}
