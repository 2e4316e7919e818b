/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With a ww_acquire_ctx a lock that is taken again answers -EALREADY, also where a helper may take
 * it without one: drm_modeset_lock().
 */
#include "kernel.h"

struct crtc {
	struct ww_mutex lock;
	struct ww_acquire_ctx *ctx;
};

int modeset_lock(struct crtc *c)
{
	if (c->ctx)
		return ww_mutex_lock(&c->lock, c->ctx);
	ww_mutex_lock(&c->lock, NULL);
	return 0;
}

int get_state_ok(struct crtc *c, struct ww_acquire_ctx *ctx)
{
	int error = ww_mutex_lock(&c->lock, ctx);

	if (error)
		return error;
	modeset_lock(c); // wrongly deadlock/self: of one object is taken while
	ww_mutex_unlock(&c->lock);
	return 0;
}

struct crtc_bad {
	struct ww_mutex lock;
};

void modeset_lock_bad(struct crtc_bad *c)
{
	ww_mutex_lock(&c->lock, NULL); // step
	ww_mutex_unlock(&c->lock);
}

void get_state_bad(struct crtc_bad *c)
{
	ww_mutex_lock(&c->lock, NULL); // step
	modeset_lock_bad(c);	       // finds deadlock/self: lock
	ww_mutex_unlock(&c->lock);
}
