/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pointer that is used after the section in which it was read. */
#include "kernel.h"

struct setting {
	int value;
	struct kref ref;
	struct spinlock lock;
};

struct dev {
	struct setting __rcu *setting;
	struct list_head list;
	int id;
	int value;
	struct mutex update;
};

int setting_value_bad(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting); // step
	rcu_read_unlock(); // step
	return s->value; // finds rcu/pointer-leak [error, high]: s is used
}

int setting_value_ok(struct dev *d)
{
	int value;

	rcu_read_lock();
	value = rcu_dereference(d->setting)->value;
	rcu_read_unlock();
	return value;
}

bool has_setting_ok(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	rcu_read_unlock();
	return s != NULL;
}

struct setting *setting_get_ok(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	if (s && !kref_get_unless_zero(&s->ref))
		s = NULL;
	rcu_read_unlock();
	if (s)
		s->value++;
	return s;
}

struct setting *setting_find_bad(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	rcu_read_unlock();
	return s; // finds rcu/pointer-leak [warning, medium]: s is returned
}

int setting_lock_ok(struct dev *d)
{
	struct setting *s;
	int value = 0;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	if (s)
		spin_lock(&s->lock);
	rcu_read_unlock();
	if (s) {
		value = s->value;
		spin_unlock(&s->lock);
	}
	return value;
}

int setting_twice_ok(struct dev *d)
{
	struct setting *s;
	int value;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	value = s->value;
	rcu_read_unlock();
	might_sleep();
	rcu_read_lock();
	s = rcu_dereference(d->setting);
	value += s->value;
	rcu_read_unlock();
	return value;
}

int setting_update_ok(struct dev *d)
{
	struct setting *s;
	int value;

	mutex_lock(&d->update);
	rcu_read_lock();
	s = rcu_dereference(d->setting);
	rcu_read_unlock();
	value = s->value;
	mutex_unlock(&d->update);
	return value;
}

static int setting_shared_bad(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	rcu_read_unlock();
	return s->value; // finds rcu/pointer-leak [warning, medium]: s is used
}

int setting_shared_locked(struct dev *d)
{
	int value;

	mutex_lock(&d->update);
	value = setting_shared_bad(d);
	mutex_unlock(&d->update);
	return value;
}

int setting_shared_bare(struct dev *d)
{
	return setting_shared_bad(d);
}

static int setting_kept_ok(struct dev *d)
{
	struct setting *s;

	rcu_read_lock();
	s = rcu_dereference(d->setting);
	rcu_read_unlock();
	return s->value;
}

int setting_kept_locked(struct dev *d)
{
	int value;

	mutex_lock(&d->update);
	value = setting_kept_ok(d);
	mutex_unlock(&d->update);
	return value;
}

int setting_guard_bad(struct dev *d)
{
	struct setting *s;

	scoped_guard(rcu)
		s = rcu_dereference(d->setting);
	return s->value; // finds rcu/pointer-leak [error, high]: s is used
}
