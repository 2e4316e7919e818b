/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two objects of one type have two locks; that they are of one class is not a deadlock yet. */
#include "kernel.h"

struct account {
	struct mutex lock;
	int balance;
};

static DEFINE_MUTEX(first_mutex);
static DEFINE_MUTEX(second_mutex);

/* Two globals are two classes. */
void globals_ok(void)
{
	mutex_lock(&first_mutex);
	mutex_lock(&second_mutex);
	mutex_unlock(&second_mutex);
	mutex_unlock(&first_mutex);
}

/* In the order of their addresses, and lockdep is told that it is meant. */
void transfer_ok(struct account *from, struct account *to, int sum)
{
	struct account *first = from < to ? from : to;
	struct account *second = from < to ? to : from;

	mutex_lock(&first->lock);
	mutex_lock_nested(&second->lock, SINGLE_DEPTH_NESTING);
	from->balance -= sum;
	to->balance += sum;
	mutex_unlock(&second->lock);
	mutex_unlock(&first->lock);
}

/* One after the other, not one inside the other. */
void move_ok(struct account *from, struct account *to, int sum)
{
	mutex_lock(&from->lock);
	from->balance -= sum;
	mutex_unlock(&from->lock);
	mutex_lock(&to->lock);
	to->balance += sum;
	mutex_unlock(&to->lock);
}

struct queue {
	spinlock_t lock;
	int length;
};

struct link {
	struct queue in, out;
};

/* Two members of one type, initialised apart: two classes, one order. */
void link_init(struct link *l)
{
	spin_lock_init(&l->in.lock);
	spin_lock_init(&l->out.lock);
}

void swap_ok(struct link *l)
{
	spin_lock(&l->in.lock);
	spin_lock(&l->out.lock);
	l->in.length = l->out.length;
	spin_unlock(&l->out.lock);
	spin_unlock(&l->in.lock);
}

/* Nothing tells which of the two is first. */
struct wallet {
	struct mutex lock;
	int coins;
};

void give_bad(struct wallet *from, struct wallet *to)
{
	mutex_lock(&from->lock); // step
	mutex_lock(&to->lock);	 // finds deadlock/self [warning, medium]
	from->coins--;
	to->coins++;
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}

/* Which elements of a list have the lock is known from one turn to the next: none. */
struct chunk {
	struct list_head entry;
	struct mutex lock;
	int used;
};

void clear_all_ok(struct list_head *chunks)
{
	struct chunk *c;

	list_for_each_entry(c, chunks, entry) {
		mutex_lock(&c->lock);
		c->used = 0;
		mutex_unlock(&c->lock);
	}
}
