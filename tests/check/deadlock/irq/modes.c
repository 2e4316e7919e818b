/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flags of a timer tell whether it is a hardirq or a softirq, and what is off in it. */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

enum hrtimer_mode { HRTIMER_MODE_REL = 1, HRTIMER_MODE_REL_SOFT = 5 };

void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode);

struct soft {
	spinlock_t lock;
	struct hrtimer timer;
};

static struct soft soft;

static int soft_timer_ok(struct hrtimer *timer)
{
	spin_lock(&soft.lock);
	spin_unlock(&soft.lock);
	return 0;
}

static long soft_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock_bh(&soft.lock);
	spin_unlock_bh(&soft.lock);
	return 0;
}

const struct file_operations soft_fops = { .unlocked_ioctl = soft_ioctl_ok };

void soft_probe_ok(void)
{
	spin_lock_init(&soft.lock);
	hrtimer_init(&soft.timer, 1, HRTIMER_MODE_REL_SOFT);
	soft.timer.function = soft_timer_ok;
}

struct hard {
	spinlock_t lock;
	struct hrtimer timer;
};

static struct hard hard;

static int hard_timer_bad(struct hrtimer *timer)
{
	spin_lock(&hard.lock); // step
	spin_unlock(&hard.lock);
	return 0;
}

static long hard_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock_bh(&hard.lock); // finds deadlock/irq [error, high]: hard.lock is taken with interrupts on
	spin_unlock_bh(&hard.lock);
	return 0;
}

const struct file_operations hard_fops = { .unlocked_ioctl = hard_ioctl_bad };

void hard_probe(void)
{
	spin_lock_init(&hard.lock);
	hrtimer_init(&hard.timer, 1, HRTIMER_MODE_REL);
	hard.timer.function = hard_timer_bad;
}

/* TIMER_IRQSAFE: what this timer takes may be an interrupt's, too. */
#define TIMER_IRQSAFE 0x00200000

struct late {
	spinlock_t lock;
	struct timer_list timer;
};

static struct late late;

static irqreturn_t late_irq_ok(int irq, void *data)
{
	spin_lock(&late.lock);
	spin_unlock(&late.lock);
	return IRQ_HANDLED;
}

static void late_timer_ok(struct timer_list *timer)
{
	spin_lock(&late.lock);
	spin_unlock(&late.lock);
}

int late_probe_ok(void)
{
	spin_lock_init(&late.lock);
	timer_setup(&late.timer, late_timer_ok, TIMER_IRQSAFE);
	return request_irq(1, late_irq_ok, 0, "late", &late);
}

struct slow {
	spinlock_t lock;
	struct timer_list timer;
};

static struct slow slow;

static irqreturn_t slow_irq_bad(int irq, void *data)
{
	spin_lock(&slow.lock); // step
	spin_unlock(&slow.lock);
	return IRQ_HANDLED;
}

static void slow_timer_bad(struct timer_list *timer)
{
	spin_lock(&slow.lock); // finds deadlock/irq [error, high]: slow.lock is taken with interrupts on
	spin_unlock(&slow.lock);
}

int slow_probe(void)
{
	spin_lock_init(&slow.lock);
	timer_setup(&slow.timer, slow_timer_bad, 0);
	return request_irq(1, slow_irq_bad, 0, "slow", &slow);
}

/* What start() has switched off is off in show(). */
struct seq_file {
	void *private;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

struct names {
	rwlock_t table;
	spinlock_t lock;
	struct timer_list timer;
};

static struct names names;

static void names_timer_ok(struct timer_list *timer)
{
	spin_lock(&names.lock);
	spin_unlock(&names.lock);
}

static void *names_start_ok(struct seq_file *m, loff_t *pos)
{
	read_lock_bh(&names.table);
	return *pos ? NULL : &names;
}

static void names_stop_ok(struct seq_file *m, void *v)
{
	read_unlock_bh(&names.table);
}

static void *names_next_ok(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static int names_show_ok(struct seq_file *m, void *v)
{
	spin_lock(&names.lock);
	spin_unlock(&names.lock);
	return 0;
}

const struct seq_operations names_ops = {
	.start = names_start_ok,
	.stop = names_stop_ok,
	.next = names_next_ok,
	.show = names_show_ok,
};

void names_probe_ok(void)
{
	rwlock_init(&names.table);
	spin_lock_init(&names.lock);
	timer_setup(&names.timer, names_timer_ok, 0);
}

/* A function that gives its callers' lock up and takes another one like it. */
struct chain {
	spinlock_t lock;
	struct chain *next;
	struct timer_list timer;
};

static struct chain chain;

static void chain_timer_ok(struct timer_list *timer)
{
	spin_lock(&chain.lock);
	spin_unlock(&chain.lock);
}

static struct chain *chain_next_ok(struct chain *c)
{
	spin_unlock_bh(&c->lock);
	c = c->next;
	if (c)
		spin_lock_bh(&c->lock);
	return c;
}

static void *chain_seq_next_ok(struct seq_file *m, void *v, loff_t *pos)
{
	return chain_next_ok(v);
}

static void *chain_start_ok(struct seq_file *m, loff_t *pos)
{
	return NULL;
}

const struct seq_operations chain_ops = { .start = chain_start_ok, .next = chain_seq_next_ok };

void chain_probe_ok(void)
{
	spin_lock_init(&chain.lock);
	timer_setup(&chain.timer, chain_timer_ok, 0);
}
