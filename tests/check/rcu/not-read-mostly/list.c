/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Six functions change a list under RCU, one reads it. */
#include "kernel.h"

struct quota {
	struct list_head link;
	int used;
};

struct space {
	spinlock_t lock;
	struct list_head quotas;
};

void quota_add_bad(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_add_rcu(&q->link, &s->quotas); // finds rcu/not-read-mostly [note, medium]: struct quota.link is changed by 6 functions and read under RCU by 1
	spin_unlock(&s->lock);
}

void quota_drop(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_del_rcu(&q->link);
	spin_unlock(&s->lock);
}

void quota_raise(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_add_rcu(&q->link, &s->quotas);
	spin_unlock(&s->lock);
}

void quota_lower(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_del_rcu(&q->link);
	spin_unlock(&s->lock);
}

void quota_join(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_add_rcu(&q->link, &s->quotas);
	spin_unlock(&s->lock);
}

void quota_leave(struct space *s, struct quota *q)
{
	spin_lock(&s->lock);
	list_del_rcu(&q->link);
	spin_unlock(&s->lock);
}

int quota_sum(struct space *s)
{
	struct quota *q;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(q, &s->quotas, link)
		sum += q->used;
	rcu_read_unlock();
	return sum;
}

struct user {
	struct list_head link;
	int id;
};

struct room {
	spinlock_t lock;
	struct list_head users;
};

void user_add_ok(struct room *r, struct user *u)
{
	spin_lock(&r->lock);
	list_add_rcu(&u->link, &r->users);
	spin_unlock(&r->lock);
}

int user_first_ok(struct room *r)
{
	struct user *u;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(u, &r->users, link)
		sum += u->id;
	rcu_read_unlock();
	return sum;
}

int user_second_ok(struct room *r)
{
	struct user *u;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(u, &r->users, link)
		sum += u->id;
	rcu_read_unlock();
	return sum;
}

int user_third_ok(struct room *r)
{
	struct user *u;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(u, &r->users, link)
		sum += u->id;
	rcu_read_unlock();
	return sum;
}
