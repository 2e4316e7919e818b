/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "return ret;" where it is known that ret is 0 says that the lock is held, as "return 0;" does. */
#include "kernel.h"

struct helper {
	struct rw_semaphore sem;
	int disabled;
};

int read_disabled(struct helper *h);
void wait_for_change(struct helper *h);

int helper_trylock_ok(struct helper *h)
{
	int ret = 0;

	down_read(&h->sem);
	for (;;) {
		int disabled = read_disabled(h);

		if (!disabled)
			break;
		if (disabled == 2)
			ret = -EAGAIN;
		up_read(&h->sem);
		if (ret)
			break;
		wait_for_change(h);
		down_read(&h->sem);
	}
	return ret;
}

struct server {
	struct rw_semaphore sem;
	int disabled;
};

int server_state(struct server *s);

int server_lock_bad(struct server *s)
{
	int state;

	down_read(&s->sem);
	state = server_state(s);
	if (state < 0)
		return state; // finds lock/imbalance [error, high]: sem
	up_read(&s->sem);
	return -EAGAIN;
}

/* What was written to is no NULL pointer: the request is ended, and the lock with it. */
struct inode_ctx {
	struct mutex wb_lock;
	int n;
};

struct request {
	struct inode_ctx *ctx;
	int submitted;
};

struct request *request_alloc(struct inode_ctx *ctx);

static struct request *request_begin(struct inode_ctx *ctx)
{
	struct request *req;

	mutex_lock(&ctx->wb_lock);
	req = request_alloc(ctx);
	if (IS_ERR(req)) {
		mutex_unlock(&ctx->wb_lock);
		return req;
	}
	req->submitted = 1;
	return req;
}

int write_through_ok(struct inode_ctx *ctx, int through)
{
	struct request *req = NULL;

	if (through) {
		req = request_begin(ctx);
		if (IS_ERR(req))
			return -EIO;
	}
	ctx->n++;
	if (req)
		mutex_unlock(&ctx->wb_lock);
	return 0;
}
