/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes have lockdep's names: the text of the argument at the lock's initialisation. */
#include "kernel.h"

struct dev {
	spinlock_t list_lock;
	raw_spinlock_t hw_lock;
	struct mutex mutex;
};

void setup(struct dev *d, struct dev *other)
{
	mutex_init(&d->mutex);
	spin_lock_init(&d->list_lock);
	raw_spin_lock_init(&other->hw_lock);
}

void work(struct dev *d)
{
	mutex_lock(&d->mutex);
	spin_lock(&d->list_lock);
	raw_spin_lock(&d->hw_lock);
	raw_spin_unlock(&d->hw_lock);
	spin_unlock(&d->list_lock);
	mutex_unlock(&d->mutex);
}

// depends: &d->mutex -> &d->list_lock [high]
// depends: &d->list_lock -> &other->hw_lock [high]
// independent: &d->list_lock -> &d->mutex

/* Initialised in two places, a lock has two names: for lockdep, two classes. */
struct shared {
	struct mutex mutex;
	spinlock_t lock;
};

static struct shared fixed = { .mutex = { .dep_map = { .name = "fixed.mutex" } } };

void setup_shared(struct shared *s)
{
	mutex_init(&s->mutex);
	spin_lock_init(&s->lock);
}

void use_shared(struct shared *s)
{
	mutex_lock(&s->mutex);
	spin_lock(&s->lock);
	spin_unlock(&s->lock);
	mutex_unlock(&s->mutex);
}

void use_fixed(void)
{
	use_shared(&fixed);
}

// depends: &s->mutex -> &s->lock
// depends: fixed.mutex -> &s->lock
