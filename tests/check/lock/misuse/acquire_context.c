/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a ww_acquire_ctx may be used for, and when. */
#include "kernel.h"

static DEFINE_WW_CLASS(class);

struct buffer {
	struct ww_mutex lock;
	int value;
};

void done_twice_bad(void)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &class);
	ww_acquire_done(&ctx);
	ww_acquire_done(&ctx); // finds lock/misuse [error, high]: a second time
	ww_acquire_fini(&ctx);
}

void after_done_bad(struct buffer *b)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &class);
	ww_acquire_done(&ctx);
	if (!ww_mutex_lock(&b->lock, &ctx)) // finds lock/misuse [error, high]: done with acquiring
		ww_mutex_unlock(&b->lock);
	ww_acquire_fini(&ctx);
}

void early_bad(struct buffer *b)
{
	struct ww_acquire_ctx ctx;
	int error;

	ww_acquire_init(&ctx, &class);
	error = ww_mutex_lock(&b->lock, &ctx); // step
	ww_acquire_fini(&ctx); // finds lock/misuse [error, high]: ends while
	if (!error)
		ww_mutex_unlock(&b->lock);
}

void slow_bad(struct buffer *b)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &class);
	ww_mutex_lock_slow(&b->lock, &ctx); // finds lock/misuse [error, high]: was not told
	ww_mutex_unlock(&b->lock);
	ww_acquire_fini(&ctx);
}

static struct ww_acquire_ctx shared_ctx;

void slow_shared_bad(struct buffer *b)
{
	ww_acquire_init(&shared_ctx, &class);
	ww_mutex_lock_slow(&b->lock, &shared_ctx); // finds lock/misuse [error, high]: was not told
	ww_mutex_unlock(&b->lock);
	ww_acquire_fini(&shared_ctx);
}

int keeps_bad(struct buffer *x, struct buffer *y)
{
	struct ww_acquire_ctx ctx;
	int error;

	ww_acquire_init(&ctx, &class);
	error = ww_mutex_lock(&x->lock, &ctx);
	if (error)
		goto out;
	error = ww_mutex_lock(&y->lock, &ctx);
	if (error == -EDEADLK) {
		ww_mutex_lock_slow(&y->lock, &ctx); // finds lock/misuse [error, high]: still holds
		error = 0;
	}
	if (!error)
		ww_mutex_unlock(&y->lock);
	ww_mutex_unlock(&x->lock);
out:
	ww_acquire_fini(&ctx);
	return error;
}

/* Documentation/locking/ww-mutex-design.rst */
int backs_off_ok(struct buffer *x, struct buffer *y)
{
	struct ww_acquire_ctx ctx;
	int error;

	ww_acquire_init(&ctx, &class);
	error = ww_mutex_lock(&x->lock, &ctx);
	if (error)
		goto out;
	error = ww_mutex_lock(&y->lock, &ctx);
	if (error == -EDEADLK) {
		ww_mutex_unlock(&x->lock);
		ww_mutex_lock_slow(&y->lock, &ctx);
		error = 0;
		ww_mutex_unlock(&y->lock);
		goto out;
	}
	if (!error)
		ww_mutex_unlock(&y->lock);
	ww_mutex_unlock(&x->lock);
out:
	ww_acquire_fini(&ctx);
	return error;
}

int two_ok(struct buffer *x, struct buffer *y)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &class);
	if (!ww_mutex_lock(&x->lock, &ctx)) {
		if (!ww_mutex_lock(&y->lock, &ctx)) {
			ww_acquire_done(&ctx);
			x->value = y->value;
			ww_mutex_unlock(&y->lock);
		}
		ww_mutex_unlock(&x->lock);
	}
	ww_acquire_fini(&ctx);
	return 0;
}

/* What is held with the context already is not held twice. */
int twice_ok(struct buffer *b)
{
	struct ww_acquire_ctx ctx;
	int error;

	ww_acquire_init(&ctx, &class);
	error = ww_mutex_lock(&b->lock, &ctx);
	if (error)
		goto out;
	error = ww_mutex_lock(&b->lock, &ctx);
	if (error != -EALREADY)
		goto out;
	ww_mutex_unlock(&b->lock);
out:
	ww_acquire_fini(&ctx);
	return error;
}

int twice_bad(struct buffer *b)
{
	struct ww_acquire_ctx ctx;
	int error;

	ww_acquire_init(&ctx, &class);
	error = ww_mutex_lock(&b->lock, &ctx); // step
	if (error)
		goto out;
	error = ww_mutex_lock(&b->lock, &ctx);
	if (error == -EALREADY)
		goto out;
	ww_mutex_unlock(&b->lock);
out:
	ww_acquire_fini(&ctx); // finds lock/misuse [error, high]: ends while
	return error;
}

struct other {
	struct ww_mutex lock;
};

void without_context_bad(struct other *x, struct other *y)
{
	ww_mutex_lock(&x->lock, NULL); // step
	ww_mutex_lock(&y->lock, NULL); // finds deadlock/self: other->lock
	ww_mutex_unlock(&y->lock);
	ww_mutex_unlock(&x->lock);
}
