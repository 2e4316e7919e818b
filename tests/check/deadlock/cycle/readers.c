/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rwsem is fair: a reader waits behind a writer that waits. Its read side closes a circle.
 *
 *   CPU0               CPU1
 *   down_read(map)     lock(pool)
 *   lock(pool)         down_write(map)
 */
#include "kernel.h"

struct space {
	struct rw_semaphore map;
	struct mutex pool;
};

void fault_bad(struct space *s)
{
	down_read(&s->map);
	mutex_lock(&s->pool); // finds deadlock/cycle: map -> pool -> map
	mutex_unlock(&s->pool);
	up_read(&s->map);
}

void unmap_bad(struct space *s)
{
	mutex_lock(&s->pool);
	down_write(&s->map); // step
	up_write(&s->map);
	mutex_unlock(&s->pool);
}

/* Both as readers: a third task, a writer that waits, closes the circle. */
struct region {
	struct rw_semaphore map;
	struct mutex pool;
};

void read_fault_bad(struct region *r)
{
	down_read(&r->map);
	mutex_lock(&r->pool); // finds deadlock/cycle: map -> pool -> map
	mutex_unlock(&r->pool);
	up_read(&r->map);
}

void shrink_bad(struct region *r)
{
	mutex_lock(&r->pool);
	down_read(&r->map); // step
	up_read(&r->map);
	mutex_unlock(&r->pool);
}

/* The spinning kind, a writer inside a reader's lock and the other way around. */
struct table {
	rwlock_t names, numbers;
};

void lookup_bad(struct table *t)
{
	read_lock(&t->names);
	write_lock(&t->numbers); // finds deadlock/cycle: names -> numbers -> names
	write_unlock(&t->numbers);
	read_unlock(&t->names);
}

void rename_bad(struct table *t)
{
	write_lock(&t->numbers);
	write_lock(&t->names); // step
	write_unlock(&t->names);
	write_unlock(&t->numbers);
}

struct table_ok {
	rwlock_t names, numbers;
};

void lookup_ok(struct table_ok *t)
{
	read_lock(&t->names);
	write_lock(&t->numbers);
	write_unlock(&t->numbers);
	read_unlock(&t->names);
}

void rename_ok(struct table_ok *t)
{
	write_lock(&t->names);
	write_lock(&t->numbers);
	write_unlock(&t->numbers);
	write_unlock(&t->names);
}
