/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader of an rwlock_t in an interrupt does not wait behind a waiting writer, a task's does.
 *
 *   CPU0 in an interrupt      CPU1
 *   spin_lock(&b->list)       read_lock(&b->names)
 *   read_lock(&b->names)      spin_lock(&b->list)
 */
#include "kernel.h"

struct book {
	rwlock_t names;
	spinlock_t list;
};

static void read_bad(struct book *b)
{
	spin_lock(&b->list);
	read_lock(&b->names); // finds deadlock/cycle: list -> names -> list
	read_unlock(&b->names);
	spin_unlock(&b->list);
}

static void walk_bad(struct book *b)
{
	read_lock(&b->names);
	spin_lock(&b->list); // step
	spin_unlock(&b->list);
	read_unlock(&b->names);
}

void use_book(struct book *b)
{
	read_bad(b);
	walk_bad(b);
}

struct page {
	rwlock_t names;
	spinlock_t list;
};

static void read_ok(struct page *p)
{
	if (!in_hardirq())
		return;
	spin_lock(&p->list);
	read_lock(&p->names);
	read_unlock(&p->names);
	spin_unlock(&p->list);
}

static void walk_ok(struct page *p)
{
	unsigned long flags;

	local_irq_save(flags);
	read_lock(&p->names);
	spin_lock(&p->list);
	spin_unlock(&p->list);
	read_unlock(&p->names);
	local_irq_restore(flags);
}

void use_page(struct page *p)
{
	read_ok(p);
	walk_ok(p);
}

/* With softirqs off a reader does not queue either: in_interrupt() says so. */
struct card {
	rwlock_t names;
	spinlock_t list;
};

void card_read_ok(struct card *c)
{
	spin_lock_bh(&c->list);
	read_lock(&c->names);
	read_unlock(&c->names);
	spin_unlock_bh(&c->list);
}

void card_walk_ok(struct card *c)
{
	read_lock_bh(&c->names);
	spin_lock(&c->list);
	spin_unlock(&c->list);
	read_unlock_bh(&c->names);
}

void card_twice_ok(struct card *c)
{
	read_lock_bh(&c->names);
	read_lock_bh(&c->names);
	read_unlock_bh(&c->names);
	read_unlock_bh(&c->names);
}

struct shelf {
	rwlock_t names;
	spinlock_t list;
};

void shelf_read_bad(struct shelf *s)
{
	spin_lock_bh(&s->list);
	read_lock(&s->names); // finds deadlock/cycle: list -> names -> list
	read_unlock(&s->names);
	spin_unlock_bh(&s->list);
}

void shelf_change_bad(struct shelf *s)
{
	write_lock_bh(&s->names);
	spin_lock(&s->list); // step
	spin_unlock(&s->list);
	write_unlock_bh(&s->names);
}
