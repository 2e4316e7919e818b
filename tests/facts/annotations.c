/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Annotations are kept with what they are on. */
#include "linux/compiler_types.h"

struct mutex {
	int x;
};

struct dev {
	struct mutex lock;
	int __rcu *shared;
};

void take(struct dev *d) __acquires(&$0->lock);

void take(struct dev *d) // fact: acquires(&$0->lock)
{
	d->lock.x = 1; // fact: assign d->lock.x = 1
} // fact: return

int needs(struct dev *d) __must_hold(&$0->lock);

int needs(struct dev *d) // fact: must_hold(&$0->lock)
{
	return *d->shared; // fact: return *d->shared
}
