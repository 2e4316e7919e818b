/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a trylock or an interruptible variant returns tells whether the lock is held. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	struct rw_semaphore sem;
	spinlock_t spin;
	struct semaphore slots;
	int value;
};

int try_ok(struct dev *d)
{
	if (!mutex_trylock(&d->lock))
		return -EBUSY;
	d->value++;
	mutex_unlock(&d->lock);
	return 0;
}

/* With the test the wrong way around, what is not held is released. */
int try_bad(struct dev *d)
{
	if (mutex_trylock(&d->lock)) // step
		return -EBUSY; // finds lock/imbalance
	d->value++;
	mutex_unlock(&d->lock); // finds lock/imbalance
	return 0;
}

int interruptible_ok(struct dev *d)
{
	int error = mutex_lock_interruptible(&d->lock);

	if (error)
		return error;
	d->value++;
	mutex_unlock(&d->lock);
	return 0;
}

int killable_ok(struct dev *d)
{
	if (mutex_lock_killable(&d->lock))
		return -EINTR;
	d->value++;
	mutex_unlock(&d->lock);
	return 0;
}

/* Interrupted, and released all the same. */
int interruptible_bad(struct dev *d)
{
	int error = mutex_lock_interruptible(&d->lock);

	if (!error)
		d->value++;
	mutex_unlock(&d->lock); // finds lock/imbalance
	return error;
}

int interrupted_bad(struct dev *d)
{
	if (mutex_lock_interruptible(&d->lock)) // step
		return -ERESTARTSYS;
	if (d->value < 0)
		return -EINVAL; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}

int readers_ok(struct dev *d)
{
	if (down_read_interruptible(&d->sem))
		return -EINTR;
	d->value++;
	up_read(&d->sem);
	if (!down_write_trylock(&d->sem))
		return -EAGAIN;
	d->value++;
	up_write(&d->sem);
	return 0;
}

/* It returns 0 when it has the semaphore. */
int slot_ok(struct dev *d)
{
	if (down_trylock(&d->slots))
		return -EBUSY;
	d->value++;
	up(&d->slots);
	return 0;
}

/* First without waiting, then with. */
void retry_ok(struct dev *d)
{
	if (!mutex_trylock(&d->lock)) {
		d->value++;
		mutex_lock(&d->lock);
	}
	d->value++;
	mutex_unlock(&d->lock);
}

int remembered_ok(struct dev *d)
{
	bool taken = spin_trylock(&d->spin);

	if (taken) {
		d->value++;
		spin_unlock(&d->spin);
	}
	return taken;
}

int spin_wait_ok(struct dev *d)
{
	while (!spin_trylock(&d->spin))
		barrier();
	d->value++;
	spin_unlock(&d->spin);
	return 0;
}
