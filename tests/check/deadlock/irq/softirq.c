/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A timer takes the lock that its task holds with softirqs on.
 *
 *   CPU0
 *   spin_lock(&d->lock)         softirqs on
 *   <timer softirq>
 *     spin_lock(&d->lock)       for ever
 */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct dog {
	spinlock_t lock;
	struct timer_list timer;
};

static struct dog dog;

static void dog_bark_bad(struct timer_list *timer)
{
	struct dog *d = container_of(timer, struct dog, timer);

	spin_lock(&d->lock); // step
	spin_unlock(&d->lock);
}

static long dog_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock(&dog.lock); // finds deadlock/irq [error, high]: dog.lock is taken with softirqs on
	spin_unlock(&dog.lock);
	return 0;
}

const struct file_operations dog_fops = { .unlocked_ioctl = dog_ioctl_bad };

void dog_init(void)
{
	spin_lock_init(&dog.lock);
	timer_setup(&dog.timer, dog_bark_bad, 0); // step
}

/* Softirqs are off, by the lock or around it; and what softirqs alone do nests nowhere. */
struct cat {
	spinlock_t lock, own;
	struct timer_list timer;
};

static struct cat cat;

static void cat_purr_ok(struct timer_list *timer)
{
	struct cat *c = container_of(timer, struct cat, timer);

	spin_lock(&c->lock);
	spin_unlock(&c->lock);
	spin_lock(&c->own);
	spin_unlock(&c->own);
}

static long cat_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock_bh(&cat.lock);
	spin_unlock_bh(&cat.lock);
	local_bh_disable();
	spin_lock(&cat.lock);
	spin_unlock(&cat.lock);
	local_bh_enable();
	return 0;
}

const struct file_operations cat_fops = { .unlocked_ioctl = cat_ioctl_ok };

void cat_init_ok(void)
{
	spin_lock_init(&cat.lock);
	spin_lock_init(&cat.own);
	timer_setup(&cat.timer, cat_purr_ok, 0);
}
