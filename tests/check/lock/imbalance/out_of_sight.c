/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions whose bodies are elsewhere are taken at the word of their annotations, as where one
 * file is read alone: make C=1, --closure=0.
 */
#include "kernel.h"

struct bus {
	spinlock_t lock;
};

struct chip {
	spinlock_t lock;
	struct mutex mutex;
	rwlock_t table_lock;
	struct bus *bus;
	int state;
};

extern struct mutex chips_mutex;

void chip_lock(struct chip *c) __acquires(&c->lock);
void chip_unlock(struct chip *chip) __releases(&chip->lock);
int chip_begin(int mode, struct chip *c) __cond_acquires(0, &c->mutex);
void chip_end(struct chip *c) __releases(c->mutex);
bool chip_try(struct chip *c) __cond_acquires(true, &c->lock);
void chip_bus_lock(struct chip *c) __acquires(&c->bus->lock);
void chip_bus_unlock(struct chip *c) __releases(&c->bus->lock);
void chip_table_lock(struct chip *c) __acquires_shared(&c->table_lock);
void chips_lock(void) __acquires(&chips_mutex);
void chips_unlock(void) __releases(&chips_mutex);
void raw_take(spinlock_t *lock) __acquires(lock);
void chip_update_and_unlock(struct chip *c) __releases(&c->lock);
/* Not understood: what the macro or the call means is not known. */
void chip_odd_lock(struct chip *c) __acquires(lock_of(c));

int forgotten_bad(struct chip *c)
{
	chip_lock(c); // step
	if (c->state)
		return -EBUSY; // finds lock/imbalance: c->lock held here, and elsewhere without
	chip_unlock(c);
	return 0;
}

int begun_bad(struct chip *c)
{
	if (chip_begin(1, c)) // step
		return -EIO;
	if (c->state)
		return -EBUSY; // finds lock/imbalance: c->mutex held here, and elsewhere without
	chip_end(c);
	return 0;
}

int tried_bad(struct chip *c)
{
	if (!chip_try(c)) // step
		return -EAGAIN;
	if (c->state)
		return -EBUSY; // finds lock/imbalance: c->lock held here, and elsewhere without
	spin_unlock(&c->lock);
	return 0;
}

int bus_bad(struct chip *c)
{
	chip_bus_lock(c); // step
	if (c->state)
		return -EBUSY; // finds lock/imbalance: c->bus->lock held here, and elsewhere without
	chip_bus_unlock(c);
	return 0;
}

int table_bad(struct chip *c)
{
	chip_table_lock(c); // step
	if (c->state)
		return -EBUSY; // finds lock/imbalance: c->table_lock held here, and elsewhere without
	read_unlock(&c->table_lock);
	return 0;
}

void twice_bad(struct chip *c)
{
	spin_lock(&c->lock); // step
	chip_lock(c); // finds deadlock/self: chip->lock is taken while the same task holds it
	chip_unlock(c);
	spin_unlock(&c->lock);
}

void sleeps_bad(struct chip *c)
{
	spin_lock(&c->lock); // step
	chips_lock(); // finds sleep/atomic: chips_lock() may sleep while chip->lock (spinlock) is held
	chips_unlock();
	spin_unlock(&c->lock);
}

int given_ok(struct chip *c)
{
	spin_lock(&c->lock);
	if (c->state) {
		chip_update_and_unlock(c);
		return 0;
	}
	spin_unlock(&c->lock);
	return 1;
}

int begun_ok(struct chip *c)
{
	int err = chip_begin(0, c);

	if (err)
		return err;
	c->state++;
	chip_end(c);
	return 0;
}

void taken_ok(struct chip *c)
{
	raw_take(&c->lock);
	c->state++;
	spin_unlock(&c->lock);
}

void odd_ok(struct chip *c)
{
	chip_odd_lock(c);
}

bool chips_known_ok(void)
{
	return mutex_is_locked(&chips_mutex);
}
