/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Few change the list, but its lock is a member beside its head. */
#include "kernel.h"

struct watch {
	struct hlist_node node;
	struct rcu_head rcu;
};

struct watch_list {
	spinlock_t lock;
	struct hlist_head watches;
	struct watch *next;
	struct work_struct work;
};

void watch_move(struct watch_list *list, struct watch *w)
{
	spin_lock(&list->lock);
	hlist_del_rcu(&list->next->node);
	hlist_add_head_rcu(&w->node, &list->watches);
	spin_unlock(&list->lock);
}

void watch_remove(struct watch_list *list)
{
	spin_lock(&list->lock);
	hlist_del_rcu(&list->next->node);
	spin_unlock(&list->lock);
}

static void add_one(struct watch_list *list, struct watch *w)
{
	hlist_add_head_rcu(&w->node, &list->watches); // finds rcu/updater-unlocked [warning, medium]: struct watch.node is changed without struct watch_list.lock
}

static void watch_work_bad(struct work_struct *work)
{
	struct watch_list *list = container_of(work, struct watch_list, work);

	add_one(list, list->next); // step
}

void watch_start(struct watch_list *list)
{
	INIT_WORK(&list->work, watch_work_bad);
}

/* A lock of another object: two who hold it are not enough to say that it is meant. */
struct member {
	struct hlist_node node;
	struct rcu_head rcu;
};

struct owner {
	spinlock_t lock;
};

struct group {
	struct hlist_head members;
	struct member *next;
	struct work_struct work;
};

void member_add(struct owner *o, struct group *g, struct member *m)
{
	spin_lock(&o->lock);
	hlist_add_head_rcu(&m->node, &g->members);
	spin_unlock(&o->lock);
}

void member_remove(struct owner *o, struct group *g)
{
	spin_lock(&o->lock);
	hlist_del_rcu(&g->next->node);
	spin_unlock(&o->lock);
}

static void member_work_ok(struct work_struct *work)
{
	struct group *g = container_of(work, struct group, work);

	hlist_del_rcu(&g->next->node);
}

void member_start(struct group *g)
{
	INIT_WORK(&g->work, member_work_ok);
}
