/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function asserts, its callers must do: lockdep_assert_held() warns at run time on the one
 * way that a test comes along; here all ways are asked.
 */
#include "kernel.h"

struct pool {
	struct mutex lock;
	struct work_struct fill, drain, sum;
	int n;
};

/* Asserts, as all callers of the like do. */
static void pool_resize(struct pool *p, int by)
{
	lockdep_assert_held(&p->lock); // step
	p->n += by;
}

static void pool_fill_ok(struct work_struct *work)
{
	struct pool *p = container_of(work, struct pool, fill);

	mutex_lock(&p->lock);
	pool_resize(p, 1);
	mutex_unlock(&p->lock);
}

/* It is given up before the last call. */
static void pool_drain_bad(struct work_struct *work)
{
	struct pool *p = container_of(work, struct pool, drain);

	mutex_lock(&p->lock); // step
	p->n = 0;
	mutex_unlock(&p->lock);
	pool_resize(p, -1); // finds lock/not-held [error, high]: pool_resize() is called without pool->lock
}

void pool_start(struct pool *p)
{
	INIT_WORK(&p->fill, pool_fill_ok);
	INIT_WORK(&p->drain, pool_drain_bad);
}

/* A way of two calls, from a work item: nobody on it has ever heard of the lock. */
struct bank {
	struct mutex lock;
	struct work_struct work, good;
	int n;
};

static void bank_add(struct bank *b)
{
	lockdep_assert_held_write(&b->lock); // step
	b->n++;
}

static void bank_add_two(struct bank *b)
{
	bank_add(b); // step
	bank_add(b);
}

static void bank_work_bad(struct work_struct *work)
{
	struct bank *b = container_of(work, struct bank, work);

	bank_add_two(b); // finds lock/not-held [error, high]: bank_add() is come to from bank_work_bad() without bank->lock
}

static void bank_work_ok(struct work_struct *work)
{
	struct bank *b = container_of(work, struct bank, good);

	mutex_lock(&b->lock);
	bank_add_two(b);
	mutex_unlock(&b->lock);
}

void bank_start(struct bank *b)
{
	INIT_WORK(&b->work, bank_work_bad);
	INIT_WORK(&b->good, bank_work_ok);
}

/* One of two will do. */
struct vault {
	struct mutex lock;
	spinlock_t fast;
	struct work_struct one, two, none;
	int n;
};

static void vault_look(struct vault *v)
{
	lockdep_assert(lockdep_is_held(&v->lock) || lockdep_is_held(&v->fast)); // step
	v->n++;
}

static void vault_one_ok(struct work_struct *work)
{
	struct vault *v = container_of(work, struct vault, one);

	mutex_lock(&v->lock);
	vault_look(v);
	mutex_unlock(&v->lock);
}

static void vault_two_ok(struct work_struct *work)
{
	struct vault *v = container_of(work, struct vault, two);

	spin_lock(&v->fast);
	vault_look(v);
	spin_unlock(&v->fast);
}

static void vault_none_bad(struct work_struct *work)
{
	struct vault *v = container_of(work, struct vault, none);

	vault_look(v); // finds lock/not-held [warning, medium]: vault_look() is called without vault->fast or vault->lock
}

void vault_start(struct vault *v)
{
	INIT_WORK(&v->one, vault_one_ok);
	INIT_WORK(&v->two, vault_two_ok);
	INIT_WORK(&v->none, vault_none_bad);
}

/* Not said on all ways: who calls it may know that it is not said on this one. */
struct tray {
	struct mutex lock;
	struct work_struct work;
	int n;
};

static void tray_put(struct tray *t, int how)
{
	if (how == 4 || how == 8)
		lockdep_assert_held(&t->lock); // step
	t->n++;
}

static void tray_work_bad(struct work_struct *work)
{
	struct tray *t = container_of(work, struct tray, work);

	tray_put(t, 4); // finds lock/not-held [warning, medium]: tray_put() is called without tray->lock
}

void tray_start(struct tray *t)
{
	INIT_WORK(&t->work, tray_work_bad);
}
