/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A static key decides which lock is taken: the code asks it again when it gives the lock up. Jump
 * labels are assembly, which tells nothing; the rules say what is returned.
 */
#include "kernel.h"

struct static_key {
	int enabled;
};

bool arch_static_branch(struct static_key *key, bool branch);
bool arch_static_branch_jump(struct static_key *key, bool branch);

static struct static_key no_sleep_enabled;

struct client {
	struct mutex lock;
	spinlock_t spinlock;
	bool no_sleep;
};

static void client_lock(struct client *c)
{
	if (arch_static_branch(&no_sleep_enabled, 0) && c->no_sleep)
		spin_lock_bh(&c->spinlock);
	else
		mutex_lock(&c->lock);
}

static void client_unlock(struct client *c)
{
	if (arch_static_branch(&no_sleep_enabled, 0) && c->no_sleep)
		spin_unlock_bh(&c->spinlock);
	else
		mutex_unlock(&c->lock);
}

void prefetch_ok(struct client *c)
{
	client_lock(c);
	client_unlock(c);
	client_lock(c);
	client_unlock(c);
}

void likely_ok(struct client *c)
{
	if (!arch_static_branch_jump(&no_sleep_enabled, 1))
		mutex_lock(&c->lock);
	if (arch_static_branch(&no_sleep_enabled, 0))
		mutex_unlock(&c->lock);
	mutex_lock(&c->lock);
	mutex_unlock(&c->lock);
}

struct client_bad {
	struct mutex lock;
};

/* The other way round: it is given up where it was not taken. */
void likely_bad(struct client_bad *c)
{
	if (!arch_static_branch_jump(&no_sleep_enabled, 1))
		mutex_lock(&c->lock);
	if (arch_static_branch(&no_sleep_enabled, 1))
		mutex_unlock(&c->lock);
	mutex_lock(&c->lock); // finds deadlock/self: lock
	mutex_unlock(&c->lock);
}
