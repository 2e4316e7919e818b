/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a work item's or a timer's function takes, it takes inside the item's own lock. */
#include "kernel.h"

struct dev {
	struct mutex mutex;
	spinlock_t lock;
	struct work_struct work;
	struct timer_list timer;
};

static void dev_work(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
}

static void dev_timer(struct timer_list *timer)
{
	struct dev *d = container_of(timer, struct dev, timer);

	spin_lock(&d->lock);
	spin_unlock(&d->lock);
}

/* A helper of the driver's own. */
static void init_work_of(struct dev *dev, void (*fn)(struct work_struct *work))
{
	INIT_WORK(&dev->work, fn);
}

void setup(struct dev *d)
{
	mutex_init(&d->mutex);
	spin_lock_init(&d->lock);
	init_work_of(d, dev_work);
	d->timer.function = dev_timer;
}

void stop(struct dev *d)
{
	mutex_lock(&d->mutex);
	flush_work(&d->work);
	mutex_unlock(&d->mutex);
}

// depends: (work_completion)&dev->work -> &d->mutex [high]
// depends: &d->mutex -> (work_completion)&dev->work
// depends: &dev->timer.lockdep_map -> &d->lock
// independent: &d->mutex -> &d->lock
