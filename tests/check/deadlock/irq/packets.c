/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filter of packets runs in the receiving softirq, and what a request of user space takes, it
 * takes with softirqs off.
 *
 *   CPU0 (a task that writes)       <softirq>
 *   spin_lock(&flows_lock)
 *                                     count_packet()
 *                                       spin_lock(&flows_lock), for ever
 */
#include "kernel.h"

struct file;
struct file_operations {
	ssize_t (*write)(struct file *file, const char *buf, size_t n, loff_t *pos);
};
struct sk_buff;
struct nf_hook_ops {
	unsigned int (*hook)(void *priv, struct sk_buff *skb);
};

static DEFINE_SPINLOCK(flows_lock);
static int flows;

static unsigned int count_packet(void *priv, struct sk_buff *skb)
{
	spin_lock(&flows_lock); // step
	flows++;
	spin_unlock(&flows_lock);
	return 1;
}

const struct nf_hook_ops count_ops = { .hook = count_packet }; // step

static ssize_t flows_reset_bad(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	spin_lock(&flows_lock); // finds deadlock/irq: flows_lock is taken with softirqs on
	flows = 0;
	spin_unlock(&flows_lock);
	return n;
}

const struct file_operations reset_fops = { .write = flows_reset_bad };

static DEFINE_SPINLOCK(safe_lock);
static int safe_flows;

static unsigned int count_safe_ok(void *priv, struct sk_buff *skb)
{
	spin_lock(&safe_lock);
	safe_flows++;
	spin_unlock(&safe_lock);
	return 1;
}

const struct nf_hook_ops safe_ops = { .hook = count_safe_ok };

static ssize_t safe_reset_ok(struct file *file, const char *buf, size_t n, loff_t *pos)
{
	spin_lock_bh(&safe_lock);
	safe_flows = 0;
	spin_unlock_bh(&safe_lock);
	return n;
}

const struct file_operations safe_fops = { .write = safe_reset_ok };
