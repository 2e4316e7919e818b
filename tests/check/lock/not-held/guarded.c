/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * __guarded_by() of Linux 7.0: a member is used without its lock, here or by a caller's fault.
 *
 *   CPU0 (system call)            CPU1
 *   mutex_lock(&p->lock)          pool_show()
 *   p->n += by                      reads p->n
 */
#include "kernel.h"

struct pool {
	struct mutex lock;
	int n __guarded_by(&lock);
	int limit;
	struct pool *head __guarded_by(&lock);
};

static DEFINE_SPINLOCK(count_lock);
static int count __guarded_by(&count_lock);

void pool_setup_ok(struct pool *p)
{
	mutex_init(&p->lock);
	p->n = 0;
}

static void pool_add(struct pool *p, int by)
{
	p->n += by;
}

void pool_resize_ok(struct pool *p, int by)
{
	mutex_lock(&p->lock);
	pool_add(p, by);
	p->head->limit = p->n;
	mutex_unlock(&p->lock);
}

void pool_late_bad(struct pool *p, int by)
{
	mutex_lock(&p->lock); // step
	p->limit += by;
	mutex_unlock(&p->lock);
	p->n = 0; // finds lock/not-held [warning, medium]: p->n is changed without pool.lock, which guards it
}

int pool_early_bad(struct pool *p)
{
	int n = 0;

	if (p->head->limit) // finds lock/not-held [warning, medium]: p->head is read without pool.lock, which guards it
		n = 1;
	mutex_lock(&p->lock); // step
	n += p->limit;
	mutex_unlock(&p->lock);
	return n;
}

int pool_marked_ok(struct pool *p)
{
	int n = READ_ONCE(p->n);

	mutex_lock(&p->lock);
	n += p->n;
	mutex_unlock(&p->lock);
	return n;
}

void count_ok(void)
{
	spin_lock(&count_lock);
	count++;
	spin_unlock(&count_lock);
}

void count_bad(struct pool *p)
{
	spin_lock(&count_lock); // step
	p->limit++;
	spin_unlock(&count_lock);
	count++; // finds lock/not-held [warning, medium]: count is changed without
}

/* Nobody knows who calls it, nor what they hold. */
void pool_unknown_ok(struct pool *p)
{
	p->n++;
}
