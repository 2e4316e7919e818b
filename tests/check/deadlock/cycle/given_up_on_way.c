/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of two ways from one lock to the next the shorter one gives the first up before: it is no way, and
 * the longer one is not gone here.
 */
#include "kernel.h"

struct signals {
	struct mutex lock;
	int stopped;
};

struct groups {
	struct mutex lock;
	int frozen;
};

static void enter_frozen(struct groups *groups)
{
	mutex_lock(&groups->lock);
	groups->frozen++;
	mutex_unlock(&groups->lock);
}

static void move(struct groups *groups)
{
	enter_frozen(groups);
}

/* Gives the lock up to stop; a task that is moved keeps it. */
static void stop(struct signals *signals, struct groups *groups, int moved)
{
	if (moved) {
		move(groups);
		return;
	}
	mutex_unlock(&signals->lock);
	enter_frozen(groups);
	mutex_lock(&signals->lock);
}

void get_signal_ok(struct signals *signals, struct groups *groups)
{
	mutex_lock(&signals->lock);
	stop(signals, groups, 0);
	mutex_unlock(&signals->lock);
}

void post_fork_ok(struct signals *signals, struct groups *groups)
{
	mutex_lock(&groups->lock);
	mutex_lock(&signals->lock);
	mutex_unlock(&signals->lock);
	mutex_unlock(&groups->lock);
}

struct moved_signals {
	struct mutex lock;
	int stopped;
};

struct moved_groups {
	struct mutex lock;
	int frozen;
};

static void enter_moved_bad(struct moved_groups *groups)
{
	mutex_lock(&groups->lock); // finds deadlock/cycle: both orders
	groups->frozen++;
	mutex_unlock(&groups->lock);
}

static void move_now(struct moved_groups *groups)
{
	enter_moved_bad(groups);
}

static void stop_moved(struct moved_signals *signals, struct moved_groups *groups, int moved)
{
	if (moved) {
		move_now(groups);
		return;
	}
	mutex_unlock(&signals->lock);
	enter_moved_bad(groups);
	mutex_lock(&signals->lock);
}

void get_signal_bad(struct moved_signals *signals, struct moved_groups *groups)
{
	mutex_lock(&signals->lock); // step
	stop_moved(signals, groups, 1);
	mutex_unlock(&signals->lock);
}

void post_fork_bad(struct moved_signals *signals, struct moved_groups *groups)
{
	mutex_lock(&groups->lock); // step
	mutex_lock(&signals->lock); // step
	mutex_unlock(&signals->lock);
	mutex_unlock(&groups->lock);
}
