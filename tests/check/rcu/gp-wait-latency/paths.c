/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ioctl and a close wait for grace periods, which take tens of milliseconds. */
#include "kernel.h"

struct file {
	void *private_data;
};

struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*release)(struct file *file);
	int (*open)(struct file *file);
};

struct conf {
	struct rcu_head rcu;
	int n;
};

struct bridge {
	struct mutex lock;
	struct conf *conf;
};

static void bridge_set(struct bridge *b, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&b->lock);
	old = b->conf;
	rcu_assign_pointer(b->conf, conf);
	mutex_unlock(&b->lock);
	synchronize_rcu(); // step
	kfree(old);
}

static long bridge_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	bridge_set(file->private_data, (struct conf *)arg); // finds rcu/gp-wait-latency [note, high]: synchronize_rcu() is waited for on the way of bridge_ioctl_bad(), an ioctl
	return 0;
}

static int bridge_release_bad(struct file *file)
{
	struct bridge *b = file->private_data;

	synchronize_rcu(); // finds rcu/gp-wait-latency: synchronize_rcu() is waited for on the way of bridge_release_bad(), a close
	kfree(b);
	return 0;
}

static const struct file_operations bridge_ops = {
	.unlocked_ioctl = bridge_ioctl_bad, // step
	.release = bridge_release_bad,
};

struct tunnel {
	struct mutex lock;
	struct conf *conf;
};

static long tunnel_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tunnel *t = file->private_data;
	struct conf *old;

	mutex_lock(&t->lock);
	old = t->conf;
	rcu_assign_pointer(t->conf, (struct conf *)arg);
	mutex_unlock(&t->lock);
	kfree_rcu(old, rcu);
	return 0;
}

static const struct file_operations tunnel_ops = { .unlocked_ioctl = tunnel_ioctl_ok };

/* Nobody waits for it to be gone. */
void tunnel_exit_ok(struct tunnel *t)
{
	synchronize_rcu();
	kfree(t);
}

const void *all_ops[] = { &bridge_ops, &tunnel_ops };
