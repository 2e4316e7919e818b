/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table of callbacks, called inside of a reader or outside, as each row's type says. A mutex
 * around some makes it a note: it may do, but it is not what the iterator asks for.
 */
#include "kernel.h"

struct sk_buff;

enum nfnl_callback_type {
	NFNL_CB_UNSPEC,
	NFNL_CB_MUTEX,
	NFNL_CB_RCU,
	NFNL_CB_BATCH,
};

struct nfnl_callback {
	int (*call)(struct sk_buff *skb, void *info);
	enum nfnl_callback_type type;
};

struct subsystem {
	const struct nfnl_callback *cb;
	int n;
};

struct expr {
	struct list_head link;
	int id;
};

static LIST_HEAD(exprs);
static DEFINE_MUTEX(commit_mutex);
static int generation;

static int exprs_find(int id)
{
	struct expr *e;

	list_for_each_entry_rcu(e, &exprs, link) // finds rcu/reader-missing [note, medium]: exprs is read outside of any RCU reader
		if (e->id == id)
			return 1;
	return 0;
}

void rules_flush_ok(void)
{
	mutex_lock(&commit_mutex);
	generation++;
	mutex_unlock(&commit_mutex);
}

static int rule_new_bad(struct sk_buff *skb, void *info)
{
	return exprs_find(1); // step
}

static int rule_get_ok(struct sk_buff *skb, void *info)
{
	return exprs_find(2);
}

static int rule_del_ok(struct sk_buff *skb, void *info)
{
	int found;

	rcu_read_lock();
	found = exprs_find(3);
	rcu_read_unlock();
	return found;
}

#define OTHER(n)                                                                                   \
	static int rule_other##n##_ok(struct sk_buff *skb, void *info)                             \
	{                                                                                          \
		return n;                                                                          \
	}
OTHER(1)
OTHER(2)
OTHER(3)
OTHER(4)
OTHER(5)
OTHER(6)
OTHER(7)
OTHER(8)

static const struct nfnl_callback callbacks[] = {
	{ .call = rule_new_bad, .type = NFNL_CB_BATCH },
	{ .call = rule_get_ok, .type = NFNL_CB_RCU },
	{ .call = rule_del_ok, .type = NFNL_CB_MUTEX },
	{ .call = rule_other1_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other2_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other3_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other4_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other5_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other6_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other7_ok, .type = NFNL_CB_RCU },
	{ .call = rule_other8_ok, .type = NFNL_CB_RCU },
};

const struct subsystem nf_tables = { callbacks, ARRAY_SIZE(callbacks) };

static const struct nfnl_callback set_callbacks[] = {
	{ .call = rule_other1_ok, .type = NFNL_CB_BATCH },
	{ .call = rule_other2_ok, .type = NFNL_CB_BATCH },
};

const struct subsystem nf_sets = { set_callbacks, ARRAY_SIZE(set_callbacks) };

static const struct nfnl_callback *find_client(const struct subsystem *ss, int type)
{
	if (type >= ss->n)
		return NULL;
	return &ss->cb[type];
}

int request_ok(const struct subsystem *ss, struct sk_buff *skb, int type)
{
	const struct nfnl_callback *nc;
	int err;

	rcu_read_lock();
	nc = find_client(ss, type);
	if (!nc) {
		rcu_read_unlock();
		return -EINVAL;
	}
	switch (nc->type) {
	case NFNL_CB_RCU:
		err = nc->call(skb, NULL);
		rcu_read_unlock();
		break;
	case NFNL_CB_MUTEX:
		rcu_read_unlock();
		err = nc->call(skb, NULL);
		break;
	default:
		rcu_read_unlock();
		err = -EINVAL;
		break;
	}
	return err;
}

int batch_ok(const struct subsystem *ss, struct sk_buff *skb, int type)
{
	const struct nfnl_callback *nc = find_client(ss, type);
	int err;

	if (!nc || nc->type != NFNL_CB_BATCH)
		return -EINVAL;
	mutex_lock(&commit_mutex);
	err = nc->call(skb, NULL);
	mutex_unlock(&commit_mutex);
	return err;
}
