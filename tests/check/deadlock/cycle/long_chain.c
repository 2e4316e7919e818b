/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far apart a circle's locks are: of a long chain of calls somebody knows why it is not gone.
 * Over 12 steps a warning; over nine calls shown with --all only.
 */
#include "kernel.h"

struct near {
	struct mutex a, b;
};

void near_one_bad(struct near *x)
{
	mutex_lock(&x->a); // step
	mutex_lock(&x->b); // finds deadlock/cycle [error, high]: a -> b -> a
	mutex_unlock(&x->b);
	mutex_unlock(&x->a);
}

void near_two_bad(struct near *x)
{
	mutex_lock(&x->b); // step
	mutex_lock(&x->a); // step
	mutex_unlock(&x->a);
	mutex_unlock(&x->b);
}

struct far {
	struct mutex a, b;
};

static void far_9(struct far *x)
{
	mutex_lock(&x->b); // finds deadlock/cycle [warning, medium]: a -> b -> a
	mutex_unlock(&x->b);
}

static void far_8(struct far *x)
{
	far_9(x); // step
}

static void far_7(struct far *x)
{
	far_8(x); // step
}

static void far_6(struct far *x)
{
	far_7(x); // step
}

static void far_5(struct far *x)
{
	far_6(x); // step
}

static void far_4(struct far *x)
{
	far_5(x); // step
}

static void far_3(struct far *x)
{
	far_4(x); // step
}

static void far_2(struct far *x)
{
	far_3(x); // step
}

static void far_1(struct far *x)
{
	far_2(x); // step
}

static void far_lock(struct far *x)
{
	mutex_lock(&x->a); // step
}

static void far_lock_outer(struct far *x)
{
	far_lock(x); // step
}

void far_bad(struct far *x)
{
	far_lock_outer(x); // step
	far_1(x);	   // step
	mutex_unlock(&x->a);
}

void far_two_bad(struct far *x)
{
	mutex_lock(&x->b); // step
	mutex_lock(&x->a); // step
	mutex_unlock(&x->a);
	mutex_unlock(&x->b);
}

struct remote {
	struct mutex a, b;
};

static void remote_10(struct remote *x)
{
	mutex_lock(&x->b);
	mutex_unlock(&x->b);
}

static void remote_9(struct remote *x)
{
	remote_10(x);
}

static void remote_8(struct remote *x)
{
	remote_9(x);
}

static void remote_7(struct remote *x)
{
	remote_8(x);
}

static void remote_6(struct remote *x)
{
	remote_7(x);
}

static void remote_5(struct remote *x)
{
	remote_6(x);
}

static void remote_4(struct remote *x)
{
	remote_5(x);
}

static void remote_3(struct remote *x)
{
	remote_4(x);
}

static void remote_2(struct remote *x)
{
	remote_3(x);
}

static void remote_1(struct remote *x)
{
	remote_2(x);
}

void remote_ok(struct remote *x)
{
	mutex_lock(&x->a);
	remote_1(x);
	mutex_unlock(&x->a);
}

void remote_two_ok(struct remote *x)
{
	mutex_lock(&x->b);
	mutex_lock(&x->a);
	mutex_unlock(&x->a);
	mutex_unlock(&x->b);
}
