/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two ww_mutexes of one ww_class are one class, in whatever record they are: with an acquire
 * context they are taken in both orders, and who waits in a circle is told to back off.
 */
#include "kernel.h"

static DEFINE_WW_CLASS(buffers);
static DEFINE_WW_CLASS(pages);
static DEFINE_WW_CLASS(rings);

struct pair {
	struct ww_mutex first, second;
};

void pair_init(struct pair *p)
{
	ww_mutex_init(&p->first, &buffers);
	ww_mutex_init(&p->second, &buffers);
}

void forth_ok(struct pair *p)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &buffers);
	if (!ww_mutex_lock(&p->first, &ctx)) {
		if (!ww_mutex_lock(&p->second, &ctx))
			ww_mutex_unlock(&p->second);
		ww_mutex_unlock(&p->first);
	}
	ww_acquire_fini(&ctx);
}

void back_ok(struct pair *p)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &buffers);
	if (!ww_mutex_lock(&p->second, &ctx)) {
		if (!ww_mutex_lock(&p->first, &ctx))
			ww_mutex_unlock(&p->first);
		ww_mutex_unlock(&p->second);
	}
	ww_acquire_fini(&ctx);
}

struct two {
	struct ww_mutex page, ring;
};

void two_init(struct two *t)
{
	ww_mutex_init(&t->page, &pages);
	ww_mutex_init(&t->ring, &rings);
}

void forth_bad(struct two *t)
{
	ww_mutex_lock(&t->page, NULL); // step
	ww_mutex_lock(&t->ring, NULL); // finds deadlock/cycle: two->page
	ww_mutex_unlock(&t->ring);
	ww_mutex_unlock(&t->page);
}

void back_bad(struct two *t)
{
	ww_mutex_lock(&t->ring, NULL); // step
	ww_mutex_lock(&t->page, NULL); // step
	ww_mutex_unlock(&t->page);
	ww_mutex_unlock(&t->ring);
}
