/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dependencies run from the innermost lock held: the outer one comes before it already. */
// run: --direct
#include "kernel.h"

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(middle);
static DEFINE_SPINLOCK(inner);
static DEFINE_SPINLOCK(tried);
static DEFINE_SPINLOCK(last);

static void inside(void)
{
	spin_lock(&inner);
	spin_unlock(&inner);
}

void nested(void)
{
	mutex_lock(&outer);
	mutex_lock(&middle);
	inside();
	mutex_unlock(&middle);
	mutex_unlock(&outer);
}

/* A trylock is no end: lockdep looks further. */
void with_trylock(void)
{
	mutex_lock(&outer);
	if (spin_trylock(&tried)) {
		spin_lock(&last);
		spin_unlock(&last);
		spin_unlock(&tried);
	}
	mutex_unlock(&outer);
}

// depends: outer -> middle [high]
// depends: middle -> inner [high]
// independent: outer -> inner
// depends: tried -> last
// depends: outer -> last
// independent: outer -> tried
