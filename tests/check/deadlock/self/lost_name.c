/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function returns is a member so many pointers away that it has no name any more; that it
 * is not NULL, which tells that the lock is held, is known all the same.
 */
#include "kernel.h"
struct super { int x; };
struct snet { struct mutex lock; struct super *sb; spinlock_t clock; struct list_head all; };
struct gen { int n; void *ptr[4]; };
struct net { struct gen *gen; };
struct xprt { struct net *net; };
struct clnt { struct xprt *xprt; int dir; struct super *sb; const char *prog; struct list_head node; };
extern int sid;
int setup_sb(struct super *sb, struct clnt *c);
static int setup(struct super *sb, struct clnt *c)
{
	c->sb = sb;
	if (c->prog) {
		int err = setup_sb(sb, c);
		if (err && err != -2)
			return err;
	}
	return 0;
}

int create(struct clnt *c);
static inline void *net_generic(struct net *net, int id)
{
	struct gen *ng;
	void *ptr;

	rcu_read_lock();
	ng = net->gen;
	ptr = ng->ptr[id];
	rcu_read_unlock();
	return ptr;
}
struct super *get_sb(struct net *net)
{
	struct snet *sn = net_generic(net, sid);

	mutex_lock(&sn->lock);
	if (sn->sb)
		return sn->sb;
	mutex_unlock(&sn->lock);
	return NULL;
}
void put_sb(struct net *net)
{
	struct snet *sn = net_generic(net, sid);
	mutex_unlock(&sn->lock);
}
struct net *net_ns(struct clnt *c)
{
	struct net *ret;

	rcu_read_lock();
	ret = c->xprt->net;
	rcu_read_unlock();
	return ret;
}
static void add(struct clnt *c)
{
	struct net *net = net_ns(c);
	struct snet *sn = net_generic(net, sid);

	spin_lock(&sn->clock);
	list_add(&c->node, &sn->all);
	spin_unlock(&sn->clock);
}
int reg_ok(struct clnt *c)
{
	struct net *net = net_ns(c);
	struct super *sb = get_sb(net);
	int err;

	if (sb) {
		err = setup(sb, c);
		if (err)
			goto out;
	}
	add(c);
	if (sb)
		put_sb(net);
	err = create(c);
	if (err)
		goto err_auth;
	return 0;
err_auth:
	sb = get_sb(net);
	c->dir = 0;
out:
	if (sb)
		put_sb(net);
	return err;
}

struct clnt2 {
	struct xprt2 *xprt;
	struct list_head node;
};
struct xprt2 {
	struct net2 *net;
};
struct snet2 {
	struct mutex lock;
	struct super *sb;
};
struct gen2 {
	int n;
	struct snet2 *ptr[4];
};
struct net2 {
	struct gen2 *gen;
};

static struct super *get_sb2(struct net2 *net)
{
	struct snet2 *sn = net->gen->ptr[sid];

	mutex_lock(&sn->lock); // step
	if (sn->sb)
		return sn->sb;
	mutex_unlock(&sn->lock);
	return NULL;
}

int reg_bad(struct clnt2 *c)
{
	struct net2 *net = c->xprt->net;
	struct super *sb = get_sb2(net); // step

	if (sb)
		sb = get_sb2(net); // finds deadlock/self
	return sb ? 0 : -1;
}
