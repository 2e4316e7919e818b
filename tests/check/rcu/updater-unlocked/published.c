/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list was made by who puts something into it, but others see it by then. */
#include "kernel.h"

struct watch {
	struct hlist_node node;
	struct rcu_head rcu;
};

struct watch_list {
	spinlock_t lock;
	struct hlist_head watches;
	struct watch *next;
};

struct key {
	struct watch_list *list;
	struct watch *watch;
	struct work_struct work, prepare;
};

void watch_remove(struct watch_list *list)
{
	spin_lock(&list->lock);
	hlist_del_rcu(&list->next->node);
	spin_unlock(&list->lock);
}

void watch_replace(struct watch_list *list)
{
	spin_lock(&list->lock);
	hlist_del_rcu(&list->next->node);
	spin_unlock(&list->lock);
}

void watch_swap(struct watch_list *list)
{
	spin_lock(&list->lock);
	hlist_del_rcu(&list->next->node);
	spin_unlock(&list->lock);
}

static void add_one(struct watch_list *list, struct watch *w)
{
	hlist_add_head_rcu(&w->node, &list->watches); // finds rcu/updater-unlocked: struct watch.node is changed without struct watch_list.lock
}

static void add_watch(struct watch_list *list, struct watch *w)
{
	add_one(list, w);
}

static void key_work_bad(struct work_struct *work)
{
	struct key *key = container_of(work, struct key, work);

	if (!key->list)
		key->list = kzalloc(sizeof(*key->list), GFP_KERNEL);
	add_watch(key->list, key->watch); // step
}

static void key_prepare_ok(struct work_struct *work)
{
	struct key *key = container_of(work, struct key, prepare);
	struct watch_list *list = kzalloc(sizeof(*list), GFP_KERNEL);

	if (!list)
		return;
	add_one(list, key->watch);
	key->list = list;
}

void key_start(struct key *key)
{
	INIT_WORK(&key->work, key_work_bad);
	INIT_WORK(&key->prepare, key_prepare_ok);
}
