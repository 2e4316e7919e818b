/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A long way that is gone only where a flag says so, and nobody says that it does, must not hide
 * the function that has both locks in sight, by guards; nor one that calls who takes the second.
 */
#include "kernel.h"

struct area;
static DEFINE_MUTEX(types);
static DEFINE_MUTEX(events);

struct area {
	bool has_triggers;
	int n;
};

static void early_triggers(void)
{
	mutex_lock(&events);
	mutex_unlock(&events);
}

static void add_event(struct area *a)
{
	if (a->has_triggers)
		early_triggers();
}

static void area_create(struct area *a)
{
	add_event(a);
}

void a_area_make(struct area *a)
{
	guard(mutex)(&types);
	area_create(a);
}

void area_remove_bad(struct area *a)
{
	guard(mutex)(&types);  // step
	guard(mutex)(&events); // finds deadlock/cycle [error, high]: types -> events -> types
	a->n = 0;
}

void area_set(struct area *a)
{
	mutex_lock(&events); // step
	mutex_lock(&types);  // step
	a->n++;
	mutex_unlock(&types);
	mutex_unlock(&events);
}

/* The same, and the second one is taken by a callee. */
static DEFINE_MUTEX(kinds);
static DEFINE_MUTEX(news);

static void early_news(void)
{
	mutex_lock(&news);
	mutex_unlock(&news);
}

static void add_news(struct area *a)
{
	if (a->has_triggers)
		early_news();
}

void a_news_make(struct area *a)
{
	mutex_lock(&kinds);
	add_news(a);
	mutex_unlock(&kinds);
}

static void news_drop_bad(struct area *a)
{
	mutex_lock(&news); // finds deadlock/cycle [error, high]: kinds -> news -> kinds
	a->n--;
	mutex_unlock(&news);
}

void news_remove_bad(struct area *a)
{
	mutex_lock(&kinds); // step
	news_drop_bad(a);   // step
	mutex_unlock(&kinds);
}

void news_set_bad(struct area *a)
{
	mutex_lock(&news);  // step
	mutex_lock(&kinds); // step
	a->n++;
	mutex_unlock(&kinds);
	mutex_unlock(&news);
}

/* Where only the flag leads there, it is in doubt. */
static DEFINE_MUTEX(rooms);
static DEFINE_MUTEX(signs);

static void early_signs_bad(void)
{
	mutex_lock(&signs); // finds deadlock/cycle [warning, medium]: rooms -> signs -> rooms
	mutex_unlock(&signs);
}

static void add_signs(struct area *a)
{
	if (a->has_triggers)
		early_signs_bad(); // step
}

void signs_make_bad(struct area *a)
{
	mutex_lock(&rooms); // step
	add_signs(a);	    // step
	mutex_unlock(&rooms);
}

void signs_set_bad(struct area *a)
{
	mutex_lock(&signs); // step
	mutex_lock(&rooms); // step
	a->n++;
	mutex_unlock(&rooms);
	mutex_unlock(&signs);
}
