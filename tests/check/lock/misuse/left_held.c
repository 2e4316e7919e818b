/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nobody gives up what a system call, a work item or an interrupt leaves held. */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct dev {
	struct mutex lock;
	spinlock_t irq_lock;
	struct work_struct work;
	int users;
};

static struct dev dev;

static long dev_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&dev.lock); // step
	dev.users++;
	return 0; // finds lock/misuse [error, high]: dev.lock is held when dev_ioctl_bad() returns to user space
}

const struct file_operations dev_fops = { .unlocked_ioctl = dev_ioctl_bad };

static void dev_take_ok(struct dev *d)
{
	mutex_lock(&d->lock);
}

static void dev_work_bad(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	dev_take_ok(d); // step
	d->users++;
} // finds lock/misuse [error, high]: is held when dev_work_bad() returns to the workqueue

static irqreturn_t dev_irq_bad(int irq, void *data)
{
	spin_lock(&dev.irq_lock); // step
	return IRQ_HANDLED; // finds lock/misuse [error, high]: dev.irq_lock is held when dev_irq_bad() ends
}

int dev_probe(void)
{
	mutex_init(&dev.lock);
	spin_lock_init(&dev.irq_lock);
	INIT_WORK(&dev.work, dev_work_bad);
	return request_irq(1, dev_irq_bad, 0, "dev", &dev);
}

/* A function that takes a lock for its callers; they give it up. */
struct box {
	struct mutex lock;
	struct work_struct work;
	int users;
};

static struct box box;

static int box_take_ok(struct box *b)
{
	return mutex_lock_interruptible(&b->lock);
}

static long box_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (box_take_ok(&box))
		return -EINTR;
	box.users++;
	mutex_unlock(&box.lock);
	return 0;
}

const struct file_operations box_fops = { .unlocked_ioctl = box_ioctl_ok };

static void box_work_ok(struct work_struct *work)
{
	if (!mutex_trylock(&box.lock))
		return;
	box.users--;
	mutex_unlock(&box.lock);
}

void box_probe_ok(void)
{
	mutex_init(&box.lock);
	INIT_WORK(&box.work, box_work_ok);
}
