/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Elements of a list that are read in sections of one flavour, and taken out for those of another. */
#include "kernel.h"

void list_splice_init_rcu(struct list_head *list, struct list_head *head, void (*sync)(void));

struct space {
	struct list_head siblings;
	struct rcu_head rcu;
	int id;
};

struct control {
	struct list_head spaces;
	struct srcu_struct srcu;
	struct mutex lock;
};

int control_sum(struct control *c)
{
	struct space *s;
	int index, sum = 0;

	index = srcu_read_lock(&c->srcu);
	list_for_each_entry_srcu(s, &c->spaces, siblings, srcu_read_lock_held(&c->srcu)) // step
		sum += s->id;
	srcu_read_unlock(&c->srcu, index);
	return sum;
}

void control_remove_bad(struct control *c, struct space *s)
{
	mutex_lock(&c->lock);
	list_del_rcu(&s->siblings); // step
	mutex_unlock(&c->lock);
	synchronize_rcu(); // finds rcu/flavor-mismatch [error, high]: space->siblings is read in sections of control->srcu, but synchronize_rcu() waits for those of RCU
	kfree(s);
}

/* The wait is an argument. */
void control_move_bad(struct control *c, struct list_head *gone)
{
	mutex_lock(&c->lock);
	list_splice_init_rcu(&c->spaces, gone, synchronize_rcu); // finds rcu/flavor-mismatch: control->spaces is read in sections of control->srcu, but synchronize_rcu() waits for those of RCU
	mutex_unlock(&c->lock);
}

struct place {
	struct list_head siblings;
	int id;
};

struct board {
	struct list_head places, others;
	struct srcu_struct srcu;
	struct mutex lock;
};

int board_sum_ok(struct board *b)
{
	struct place *p;
	int index, sum = 0;

	index = srcu_read_lock(&b->srcu);
	list_for_each_entry_srcu(p, &b->places, siblings, srcu_read_lock_held(&b->srcu))
		sum += p->id;
	srcu_read_unlock(&b->srcu, index);
	return sum;
}

void board_remove_ok(struct board *b, struct place *p)
{
	mutex_lock(&b->lock);
	list_del_rcu(&p->siblings);
	mutex_unlock(&b->lock);
	synchronize_srcu(&b->srcu);
	kfree(p);
}

/* It waits for both. */
void board_drop_ok(struct board *b, struct place *p)
{
	mutex_lock(&b->lock);
	list_del_rcu(&p->siblings);
	mutex_unlock(&b->lock);
	synchronize_rcu();
	synchronize_srcu(&b->srcu);
	kfree(p);
}
